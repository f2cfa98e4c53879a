#include "store/postgres/row_archive.h"

#include <utility>

#include "base/error.h"
#include "pg/copy.h"
#include "store/postgres/receipts.h"
#include "store/sql.h"

namespace tenure::store {

std::optional<archive::Mark> find_mark(pg::Connection& connection, const archive::Label& label) {
  const auto rows = connection.exec(
      sql::kFindArchiveMark, pg::Params(label.job, label.service, kind_text(label.subject), id_of(label.subject)));
  if (rows.empty()) return std::nullopt;
  if (!rows.boolean(0, 3)) throw Error(ErrorCode::conflict, "the job has erased another subject here");
  return archive::Mark{.length = rows.int64(0, 0), .sections = rows.int64(0, 1), .digest = rows.text(0, 2)};
}

RowArchive::RowArchive(const archive::Vault& vault, archive::Label label, archive::WrappedKey key)
    : vault_(vault), label_(std::move(label)), key_(std::move(key)) {}

void RowArchive::begin(pg::Connection& connection) {
  has_new_sections_ = false;
  open_.reset();
  rows_in_open_ = 0;
  // Between two transactions another owner of the job may have come and gone on.
  if (writer_ && find_mark(connection, label_) == mark_) return;
  writer_.reset();
  writer_ = std::make_unique<archive::Writer>(vault_, label_, key_, [&] {
    mark_ = find_mark(connection, label_).value_or(archive::Mark{});
    return mark_;
  });
}

std::int64_t RowArchive::take_rows(pg::Connection& connection, const archive::SectionInfo& info, const pg::Sql& copy) {
  pg::CopyOut rows(connection, copy);
  std::int64_t taken = 0;
  while (const auto row = rows.next()) {
    if (taken++ == 0 && (info.content != archive::Content::deleted_rows || open_ != info)) {
      end_section();
      writer_->begin_section(info);
      open_ = info;
    }
    writer_->append(*row);
  }
  if (taken != rows.rows()) throw Error(ErrorCode::internal, "a COPY has sent other rows than it says");
  rows_in_open_ += taken;
  return taken;
}

void RowArchive::end_section() {
  if (!open_) return;
  open_.reset();
  writer_->end_section(std::exchange(rows_in_open_, 0));
  has_new_sections_ = true;
}

void RowArchive::take_file(const archive::SectionInfo& info, const std::function<void(archive::Writer&)>& write) {
  end_section();
  writer_->begin_section(info);
  write(*writer_);
  writer_->end_section(1);
  has_new_sections_ = true;
}

void RowArchive::keep(pg::Connection& connection) {
  end_section();
  if (has_new_sections_) mark_ = writer_->seal();
  connection.exec(sql::kKeepArchiveMark, pg::Params(label_.job, label_.service, kind_text(label_.subject),
                                                    id_of(label_.subject), mark_.length, mark_.sections, mark_.digest));
}

}  // namespace tenure::store
