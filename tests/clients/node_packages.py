"""Packages of npm that a package-lock.json names: fetched once into a folder of the build, each checked by its digest."""

import base64
import hashlib
import io
import json
import pathlib
import shutil
import tarfile
import urllib.error
import urllib.request

REGISTRY = "https://registry.npmjs.org"
PACKAGE_BYTES_MAX = 16 << 20


class Unreachable(Exception):
    """The registry does not answer."""


def _fetch(name, version, integrity):
    url = f"{REGISTRY}/{name}/-/{name.rpartition('/')[2]}-{version}.tgz"
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            data = answer.read(PACKAGE_BYTES_MAX)
    except (urllib.error.URLError, TimeoutError) as error:
        raise Unreachable(f"{url}: {error}") from error
    method, _, wanted = integrity.partition("-")
    if base64.b64encode(hashlib.new(method, data).digest()).decode() != wanted:
        raise ValueError(f"{url}: is not what package-lock.json names")
    return data


def _unpack(data, folder):
    """Everything in a package lies below one folder, which becomes `folder`."""
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
        for member in archive.getmembers():
            place = pathlib.PurePosixPath(*pathlib.PurePosixPath(member.name).parts[1:])
            if not member.isfile() or place.is_absolute() or ".." in place.parts:
                continue
            target = folder / place
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.extractfile(member).read())


def install(lock, folder):
    """Makes `folder`/node_modules as `lock` says, unless it is there. Raises Unreachable without a network."""
    text = lock.read_bytes()
    done = folder / "complete"
    name = hashlib.sha256(text).hexdigest()
    if done.exists() and done.read_text() == name:
        return
    shutil.rmtree(folder, ignore_errors=True)
    for path, package in json.loads(text)["packages"].items():
        if path:
            _unpack(_fetch(path.rpartition("node_modules/")[2], package["version"], package["integrity"]),
                    folder / path)
    done.write_text(name)
