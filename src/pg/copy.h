#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "pg/connection.h"

namespace tenure::pg {

/// The rows that COPY … TO STDOUT sends, one by one as they come. The session is taken until its end. One thread at a
/// time; the connection must outlive it.
///
///     CopyOut rows(connection, sql);
///     while (const auto row = rows.next()) file.append(*row);
class CopyOut {
 public:
  /// Starts the statement. @throws as Connection::exec.
  CopyOut(Connection& connection, const Sql& copy);
  /// A statement that was not read to its end is cancelled, which fails its transaction.
  ~CopyOut();
  CopyOut(const CopyOut&) = delete;
  CopyOut& operator=(const CopyOut&) = delete;

  /// The next row as the server wrote it, its line feed included; valid until the next call. Nothing at the end.
  /// @throws Error by SQLSTATE when the statement failed half way; Error(timeout) at the deadline.
  std::optional<std::string_view> next();
  /// How many rows the server says it sent; known at the end.
  std::int64_t rows() const { return rows_; }

 private:
  Connection& connection_;
  char* row_ = nullptr;
  bool is_open_ = true;
  std::int64_t rows_ = 0;
};

/// Rows for COPY … FROM STDIN, in pieces of any size. The session is taken until finish(). One thread at a time; the
/// connection must outlive it.
class CopyIn {
 public:
  /// Starts the statement. @throws as Connection::exec.
  CopyIn(Connection& connection, const Sql& copy);
  /// Without finish() nothing is copied, and the transaction has failed.
  ~CopyIn();
  CopyIn(const CopyIn&) = delete;
  CopyIn& operator=(const CopyIn&) = delete;

  /// @throws Error(timeout) at the deadline, Error(unavailable) when the session broke. What the server has against the
  /// rows is told by finish().
  void put(std::string_view bytes);
  /// How many rows the server has taken. @throws Error by SQLSTATE.
  std::int64_t finish();

 private:
  void flush();

  Connection& connection_;
  bool is_open_ = true;
};

}  // namespace tenure::pg
