// What a store says of its search index.
#include "engine/api/store_state.h"
#include "engine/search/ask.h"

namespace loam {

namespace {

Task<std::uint64_t> lag_of(Shard& shard) {
    co_return shard.indexer.lag();
}

}  // namespace

Task<Status> Store::Impl::add_search_stats(io::Loop& here, std::vector<Stat>& stats) {
    auto sum = [](const IndexView& view) -> Result<lookup::AccountFigures> {
        LOAM_TRY(const auto accounts, view.accounts());
        lookup::AccountFigures all;
        for (const AccountId id : accounts) {
            LOAM_TRY(const lookup::AccountFigures one, lookup::figures(view, id));
            all.segments += one.segments;
            all.messages += one.messages;
            all.text_bytes += one.text_bytes;
            all.index_bytes += one.index_bytes;
        }
        return all;
    };
    LOAM_CO_TRY(const lookup::AccountFigures figures, co_await keeper->read(here, sum));
    std::uint64_t waiting = 0;
    for (const auto& shard : shards) {
        const std::uint64_t lag = co_await io::run_on(here, shard->loop(), lag_of(*shard));
        waiting += lag;
    }
    stats.push_back({"search_segments", figures.segments});
    stats.push_back({"search_messages", figures.messages});
    stats.push_back({"search_text_bytes", figures.text_bytes});
    stats.push_back({"search_index_bytes", figures.index_bytes});
    stats.push_back({"search_waiting", waiting});
    co_return Status::good();
}

}  // namespace loam
