#include "bench/neighbours.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <memory>
#include <random>

#include "bench/server.h"
#include "pg/connection.h"
#include "pg/transaction.h"

namespace tenure::bench {
namespace {

constexpr int kSessions = 2;
constexpr int kTransactionsASecond = 100;
constexpr int kWritesInTen = 5;

/// Of the next entry in an order's history; none is used twice. The seed's are all below.
std::atomic<int> position = 1000;

using std::chrono::steady_clock;

/// As scripts/seed_shop.sql makes them.
std::string key_of(const std::string& kind, const TenantId& tenant, int number) {
  return fmt::format("md5('{}' || '{}' || '{}')::uuid", kind, tenant.str(), number);
}

pg::Sql reading(const TenantId& tenant, int customer) {
  return sql(fmt::format(
      "SELECT c.full_name, o.order_number, sum(i.quantity * i.unit_price) FROM customers c JOIN orders o ON "
      "o.customer_id = c.id JOIN order_items i ON i.order_id = o.id WHERE c.tenant_id = '{}' AND c.id = {} GROUP BY 1, "
      "2",
      tenant.str(), key_of("customer", tenant, customer)));
}

pg::Sql update(const TenantId& tenant, int order) {
  return sql(fmt::format("UPDATE orders SET total_amount = total_amount + 1 WHERE tenant_id = '{}' AND id = {}",
                         tenant.str(), key_of("order", tenant, order)));
}

pg::Sql insertion(const TenantId& tenant, int order, int at) {
  return sql(fmt::format("INSERT INTO order_status_history VALUES ({}, {}, 'changed', now())",
                         key_of("order", tenant, order), at));
}

}  // namespace

struct Neighbours::Session {
  Session(const pg::ConnectionSettings& settings, const TenantId& of, int customers, unsigned seed,
          const std::atomic<bool>& is_over)
      : connection(pg::Connection::open(settings)), tenant(of), numbers(seed), customer(1, customers) {
    thread = std::thread([this, &is_over] {
      try {
        work(is_over);
      } catch (...) {
        failure = std::current_exception();
      }
    });
  }

  void work(const std::atomic<bool>& is_over) {
    auto due = steady_clock::now();
    while (!is_over) {
      std::this_thread::sleep_until(due);
      transaction();
      latencies.push_back(std::chrono::duration<double, std::milli>(steady_clock::now() - due).count());
      due += std::chrono::microseconds(1'000'000 / kTransactionsASecond);
    }
  }

  void transaction() {
    if (std::uniform_int_distribution<int>(1, 10)(numbers) > kWritesInTen) {
      connection.exec(reading(tenant, customer(numbers)));
      return;
    }
    const auto order = customer(numbers);
    pg::Transaction transaction(connection);
    connection.exec(update(tenant, order));
    connection.exec(insertion(tenant, order, position++));
    transaction.commit();
  }

  pg::Connection connection;
  const TenantId tenant;
  std::mt19937 numbers;
  std::uniform_int_distribution<int> customer;
  std::vector<double> latencies;
  std::exception_ptr failure;
  std::thread thread;
};

Neighbours::Neighbours(const pg::ConnectionSettings& settings, const TenantId& tenant, int customers) {
  for (unsigned seed = 1; seed <= kSessions; ++seed) {
    sessions_.push_back(std::make_unique<Session>(settings, tenant, customers, seed, is_over_));
  }
}

Neighbours::~Neighbours() {
  is_over_ = true;
  for (const auto& session : sessions_) {
    if (session->thread.joinable()) session->thread.join();
  }
}

std::vector<double> Neighbours::stop() {
  is_over_ = true;
  std::vector<double> all;
  for (const auto& session : sessions_) {
    session->thread.join();
    if (session->failure) std::rethrow_exception(session->failure);
    all.insert(all.end(), session->latencies.begin(), session->latencies.end());
  }
  return all;
}

double p99_of(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(values.size() * 99 / 100);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

}  // namespace tenure::bench
