// THREAD: RFC 5256 section 3. Trees may be as deep as there are messages, so nothing here recurses.
#include <algorithm>
#include <unordered_map>

#include "engine/api/sort_order.h"

namespace loam {

Threads thread_by_subject(std::span<const OrderedMessage> messages) {
    const SortCriterion criteria[] = {{SortKey::subject}, {SortKey::date}};
    std::unordered_map<Uid, const OrderedMessage*> by_uid;
    for (const OrderedMessage& message : messages)
        by_uid.emplace(message.uid, &message);
    Threads threads;
    const std::string* subject = nullptr;
    for (const Uid uid : sort_messages(messages, criteria)) {
        const std::string& own = by_uid.at(uid)->digest.base_subject;
        const auto place = static_cast<std::uint32_t>(threads.nodes.size());
        threads.nodes.push_back({uid, {}});
        if (subject != nullptr && *subject == own) {
            threads.nodes[threads.roots.back()].children.push_back(place);
        } else {
            threads.roots.push_back(place);
        }
        subject = &own;
    }
    std::ranges::sort(threads.roots, {}, [&](std::uint32_t root) {
        const Uid uid = *threads.nodes[root].uid;
        return std::pair(by_uid.at(uid)->sent_s(), uid);
    });
    return threads;
}

namespace {

using Place = std::uint32_t;
constexpr Place kNone = UINT32_MAX;

/// The six steps of THREAD=REFERENCES. The steps' numbers are those of RFC 5256 section 3.
class References {
  public:
    explicit References(std::span<const OrderedMessage> messages) : messages_(messages) {}
    Threads run();

  private:
    struct Node {
        const OrderedMessage* message = nullptr;  // none: a dummy
        Place parent = kNone;
        bool above_some = false;      // some message was linked below it, and may be there still
        std::vector<Place> children;  // from step 2 on
    };

    Place add(const OrderedMessage* message);
    Place place_of(std::uint64_t id);
    bool is_above(Place upper, Place lower) const;
    void link(Place parent, Place child);
    void link_references();
    void gather_roots();
    std::vector<Place> parents_first() const;
    void prune();
    void sort_siblings(std::vector<Place>& siblings) const;
    const OrderedMessage& shown(Place place) const;
    void fill_subjects();
    void merge_subjects();
    void merge(Place& in_table, Place current, std::vector<bool>& moved);
    bool is_dummy(Place place) const { return nodes_[place].message == nullptr; }
    bool is_reply(Place place) const {
        return !is_dummy(place) && nodes_[place].message->digest.reply_or_forward;
    }

    std::span<const OrderedMessage> messages_;
    std::vector<Node> nodes_;
    std::unordered_map<std::uint64_t, Place> by_id_;
    std::vector<Place> roots_;
    std::unordered_map<std::string_view, Place> by_subject_;
};

Place References::add(const OrderedMessage* message) {
    nodes_.push_back({.message = message, .parent = kNone, .children = {}});
    return static_cast<Place>(nodes_.size() - 1);
}

/// The message of that id, or a dummy.
Place References::place_of(std::uint64_t id) {
    const auto found = by_id_.find(id);
    if (found != by_id_.end()) return found->second;
    const Place place = add(nullptr);
    by_id_.emplace(id, place);
    return place;
}

bool References::is_above(Place upper, Place lower) const {
    if (!nodes_[upper].above_some) return upper == lower;
    for (; lower != kNone; lower = nodes_[lower].parent) {
        if (lower == upper) return true;
    }
    return false;
}

void References::link(Place parent, Place child) {
    if (is_above(child, parent)) return;  // a loop
    nodes_[child].parent = parent;
    nodes_[parent].above_some = true;
}

/// Step 1.
void References::link_references() {
    std::vector<Place> places;
    for (const OrderedMessage& message : messages_) {
        const Place place = add(&message);
        places.push_back(place);
        // Of several with one id the first has it.
        if (message.digest.message_id != 0) by_id_.emplace(message.digest.message_id, place);
    }
    for (std::size_t i = 0; i < messages_.size(); ++i) {
        Place last = kNone;
        for (const std::uint64_t id : messages_[i].digest.references) {
            const Place next = place_of(id);
            if (last != kNone && nodes_[next].parent == kNone) link(last, next);
            last = next;
        }
        nodes_[places[i]].parent = kNone;
        if (last != kNone) link(last, places[i]);
    }
}

/// Step 2.
void References::gather_roots() {
    for (Place place = 0; place < nodes_.size(); ++place) {
        const Place parent = nodes_[place].parent;
        (parent == kNone ? roots_ : nodes_[parent].children).push_back(place);
    }
}

std::vector<Place> References::parents_first() const {
    std::vector<Place> order = roots_;
    for (std::size_t i = 0; i < order.size(); ++i) {
        const std::vector<Place>& children = nodes_[order[i]].children;
        order.insert(order.end(), children.begin(), children.end());
    }
    return order;
}

/// Step 3.
void References::prune() {
    const auto prune_among = [this](std::vector<Place>& siblings, bool top) {
        std::vector<Place> kept;
        for (const Place place : siblings) {
            const std::vector<Place>& children = nodes_[place].children;
            if (!is_dummy(place) || (top && children.size() > 1)) {
                kept.push_back(place);
            } else {
                kept.insert(kept.end(), children.begin(), children.end());
            }
        }
        siblings = std::move(kept);
    };
    std::vector<Place> order = parents_first();
    for (auto at = order.rbegin(); at != order.rend(); ++at)
        prune_among(nodes_[*at].children, false);
    prune_among(roots_, true);
}

/// The message itself, or the first child of a dummy.
const OrderedMessage& References::shown(Place place) const {
    while (is_dummy(place))
        place = nodes_[place].children.front();
    return *nodes_[place].message;
}

void References::sort_siblings(std::vector<Place>& siblings) const {
    std::ranges::sort(siblings, {}, [this](Place place) {
        const OrderedMessage& message = shown(place);
        return std::pair(message.sent_s(), message.uid);
    });
}

/// Step 5.B.
void References::fill_subjects() {
    for (const Place root : roots_) {
        const std::string& subject = shown(root).digest.base_subject;
        if (subject.empty()) continue;
        const auto [found, fresh] = by_subject_.try_emplace(subject, root);
        if (fresh || is_dummy(found->second)) continue;
        if (is_dummy(root) || (is_reply(found->second) && !is_reply(root))) found->second = root;
    }
}

/// Step 5.C, for two messages of one subject. Where they go does not matter: step 6 sorts.
void References::merge(Place& in_table, Place current, std::vector<bool>& moved) {
    moved[current] = true;
    if (is_dummy(in_table) && is_dummy(current)) {
        const std::vector<Place> children = std::move(nodes_[current].children);
        std::vector<Place>& below = nodes_[in_table].children;
        below.insert(below.end(), children.begin(), children.end());
    } else if (is_dummy(in_table) || (is_reply(current) && !is_reply(in_table))) {
        nodes_[in_table].children.push_back(current);
    } else {
        moved[in_table] = true;
        const Place dummy = add(nullptr);
        nodes_[dummy].children = {in_table, current};
        roots_.push_back(dummy);
        in_table = dummy;
    }
}

void References::merge_subjects() {
    std::vector<bool> moved(nodes_.size() + roots_.size());  // each root makes one dummy at most
    const std::vector<Place> before = roots_;
    for (const Place root : before) {
        if (moved[root]) continue;
        const auto found = by_subject_.find(shown(root).digest.base_subject);
        if (found != by_subject_.end() && found->second != root) merge(found->second, root, moved);
    }
    std::erase_if(roots_, [&moved](Place root) { return moved[root]; });
}

Threads References::run() {
    link_references();
    gather_roots();
    prune();
    std::vector<Place> order = parents_first();
    for (auto at = order.rbegin(); at != order.rend(); ++at) {
        if (is_dummy(*at)) sort_siblings(nodes_[*at].children);
    }
    sort_siblings(roots_);
    fill_subjects();
    merge_subjects();
    order = parents_first();
    for (auto at = order.rbegin(); at != order.rend(); ++at)
        sort_siblings(nodes_[*at].children);
    sort_siblings(roots_);

    Threads threads;
    for (Node& node : nodes_) {
        std::optional<Uid> uid;
        if (node.message != nullptr) uid = node.message->uid;
        threads.nodes.push_back({uid, std::move(node.children)});
    }
    threads.roots = std::move(roots_);
    return threads;
}

}  // namespace

Threads thread_by_references(std::span<const OrderedMessage> messages) {
    return References(messages).run();
}

}  // namespace loam
