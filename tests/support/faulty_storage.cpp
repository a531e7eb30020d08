// SPDX-License-Identifier: Apache-2.0
#include "support/faulty_storage.hpp"

#include <filesystem>
#include <set>
#include <utility>

namespace parallel_run::journal {

namespace {

std::string directory_of(const std::string& path) {
    return std::filesystem::path(path).parent_path().string();
}

}  // namespace

class FaultyStorage::OpenFile : public Storage::File {
public:
    OpenFile(FaultyStorage& storage, std::shared_ptr<Inode> inode)
        : storage_(storage), inode_(std::move(inode)) {}

    base::Result<std::size_t> append(std::string_view bytes) override {
        const auto fault = storage_.faults_.begin_call();
        const bool part = fails(fault) || fault == Fault::short_write;
        const auto taken = part && bytes.size() > 1 ? bytes.size() / 2 : bytes.size();
        inode_->bytes += bytes.substr(0, taken);
        FaultPlan::end_call(fault);
        if (fails(fault)) return base::Failure{error_text(fault, "cannot write")};
        return taken;
    }

    [[nodiscard]] std::string sync() override {
        const auto fault = storage_.faults_.begin_call();
        auto& durable = inode_->durable;
        if (fails(fault)) {
            durable.resize(inode_->bytes.size(), '\0');
            return error_text(fault, "cannot sync");
        }
        durable += inode_->bytes.substr(durable.size());
        FaultPlan::end_call(fault);
        return {};
    }

private:
    FaultyStorage& storage_;
    std::shared_ptr<Inode> inode_;
};

void FaultyStorage::put(const std::string& path, const std::string& bytes) {
    make_durable(directory_of(path));
    make_durable(path);
    *names_[path] = {bytes, bytes};
}

void FaultyStorage::make_durable(const std::string& path) {
    auto& inode = names_[path];
    if (!inode) inode = std::make_shared<Inode>();
    durable_names_[path] = inode;
}

std::string FaultyStorage::after_restart(const Inode& inode) {
    const auto unsynced = inode.bytes.size() - inode.durable.size();
    auto bytes = inode.bytes.substr(inode.durable.size(), random_() % (unsynced + 1));
    if (!bytes.empty() && coin()) {
        const auto hole = random_() % bytes.size();
        bytes.replace(hole, bytes.size() - hole, bytes.size() - hole, '\0');
    }
    return inode.durable + bytes;
}

void FaultyStorage::lose_unsynced() {
    std::set<std::string> paths;
    for (const auto* names : {&names_, &durable_names_}) {
        for (const auto& [path, inode] : *names) paths.insert(path);
    }
    Names survivors;
    for (const auto& path : paths) {  // a directory comes before what is in it
        const auto& names = coin() ? names_ : durable_names_;
        const auto entry = names.find(path);
        const auto directory = directory_of(path);
        const bool reachable = directory.empty() || survivors.contains(directory);
        if (reachable && entry != names.end()) survivors.insert(*entry);
    }
    std::map<Inode*, std::shared_ptr<Inode>> restarted;
    for (auto& [path, inode] : survivors) {
        auto& after = restarted[inode.get()];
        if (!after) {
            const auto bytes = after_restart(*inode);
            after = std::make_shared<Inode>(Inode{bytes, bytes});
        }
        inode = after;
    }
    names_ = durable_names_ = survivors;
}

base::Result<std::optional<std::string>> FaultyStorage::read(const std::string& path) {
    const auto fault = faults_.begin_call();
    FaultPlan::end_call(fault);
    if (fails(fault)) return base::Failure{error_text(fault, "cannot read " + path)};
    const auto entry = names_.find(path);
    if (entry == names_.end()) return std::optional<std::string>();
    return std::optional(entry->second->bytes);
}

base::Result<std::unique_ptr<Storage::File>> FaultyStorage::create(const std::string& path) {
    const auto fault = faults_.begin_call();
    if (fault == Fault::no_space || !names_.contains(directory_of(path))) {
        return base::Failure{error_text(fault, "cannot create " + path)};
    }
    auto& inode = names_[path];
    if (!inode) inode = std::make_shared<Inode>();
    *inode = {};  // also where it is durable: nobody asked the old bytes to stay
    FaultPlan::end_call(fault);
    if (fails(fault)) return base::Failure{error_text(fault, "cannot create " + path)};
    return std::unique_ptr<File>(std::make_unique<OpenFile>(*this, inode));
}

std::string FaultyStorage::rename(const std::string& from, const std::string& to) {
    const auto fault = faults_.begin_call();
    if (!fails(fault) || (fault == Fault::io_error && coin())) {
        names_[to] = names_.at(from);
        names_.erase(from);
    }
    FaultPlan::end_call(fault);
    return fails(fault) ? error_text(fault, "cannot rename " + from) : "";
}

std::string FaultyStorage::make_directory(const std::string& path) {
    const auto fault = faults_.begin_call();
    if (!fails(fault) && !names_.contains(path)) names_[path] = std::make_shared<Inode>();
    FaultPlan::end_call(fault);
    return fails(fault) ? error_text(fault, "cannot make the directory " + path) : "";
}

std::string FaultyStorage::sync_directory(const std::string& path) {
    const auto fault = faults_.begin_call();
    if (!fails(fault)) {
        std::erase_if(durable_names_, [&](const auto& entry) {
            return directory_of(entry.first) == path && !names_.contains(entry.first);
        });
        for (const auto& [name, inode] : names_) {
            if (directory_of(name) == path) durable_names_[name] = inode;
        }
    }
    FaultPlan::end_call(fault);
    return fails(fault) ? error_text(fault, "cannot sync the directory " + path) : "";
}

}  // namespace parallel_run::journal
