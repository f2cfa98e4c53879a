#include "server/body.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

// "Bad input": every problem of a body at once, each with its field; B9: no field that a route does not know.
namespace tenure::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

Request with_body(std::string body, const std::string& content_type = "application/json") {
  Request request{.method = "POST", .body = std::move(body)};
  request.headers["content-type"] = content_type;
  return request;
}

/// The problems of reading `body` by `read`; empty when there are none.
template <class Read>
std::vector<std::string> problems_of(const std::string& body, std::initializer_list<std::string_view> known,
                                     const Read& read) {
  try {
    Body read_body(with_body(body), known);
    read(read_body);
    read_body.check();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    return error.problems().empty() ? std::vector<std::string>{error.what()} : error.problems();
  }
  return {};
}
constexpr auto kNothing = [](const Body&) {};

std::optional<WallTime> time_in(const std::string& text) {
  Body body(with_body(R"({"at":")" + text + "\"}"), {"at"});
  return body.optional_time("at");
}

TEST(Body, GivesWhatIsThere) {
  Body body(with_body(R"({"name":"Forn","flag":true,"number":-3,"any":[1]})", "Application/JSON ; charset=utf-8"),
            {"name", "flag", "number", "any", "absent"});
  EXPECT_EQ(body.text("name"), "Forn");
  EXPECT_EQ(body.optional_flag("flag"), true);
  EXPECT_EQ(body.optional_integer("number"), -3);
  EXPECT_EQ(body.value("any").dump(), "[1]");
  EXPECT_FALSE(body.has("absent"));
  EXPECT_EQ(body.optional_text("absent"), std::nullopt);
  EXPECT_NO_THROW(body.check());
}

TEST(Body, OfNothingIsAnEmptyObject) {
  EXPECT_THAT(problems_of("", {}, kNothing), IsEmpty());
  EXPECT_THAT(problems_of("", {"name"}, [](Body& body) { body.text("name"); }), ElementsAre("name: missing"));
}

TEST(Body, NamesEveryProblemAtOnce) {
  const auto problems =
      problems_of(R"({"colour":"red","name":1,"flag":"yes"})", {"name", "flag", "role"}, [](Body& body) {
        body.text("name");
        body.optional_flag("flag");
        body.text("role");
      });
  EXPECT_THAT(problems, ElementsAre("colour: not a field of this request", "name: not a text",
                                    "flag: neither true nor false", "role: missing"));
}

// A field's name is the caller's to choose, and ends in logs and terminals.
TEST(Body, RepeatsNoNameThatCouldDoHarm) {
  const std::vector<std::string> names = {"<script>", "a b", "", "\\n", "\\u0000", std::string(5000, 'a')};
  for (const auto& name : names) {
    EXPECT_THAT(problems_of("{\"" + name + "\":1}", {}, kNothing), ElementsAre("a field: not a field of this request"));
  }
}

TEST(Body, IsOneJsonObject) {
  for (const auto* text : {"{", "[]", "null", "1", "{}{}", "\"x\"", "{\"a\":\"\xff\"}", R"({"a":"\ud800"})"}) {
    EXPECT_THAT(problems_of(text, {"a"}, kNothing), ElementsAre(HasSubstr("body: "))) << text;
  }
  EXPECT_THAT(problems_of(R"({"a":1,"a":2})", {"a"}, kNothing), ElementsAre("body: a name is there twice"));
  EXPECT_THAT(problems_of(R"({"a":{"b":1,"b":2}})", {"a"}, kNothing), ElementsAre("body: a name is there twice"));
  EXPECT_THAT(problems_of(R"({"a":{"b":1},"c":{"b":1}})", {"a", "c"}, kNothing), IsEmpty());
}

TEST(Body, IsNotNestedWithoutEnd) {
  const auto nested = [](std::size_t depth) {
    return "{\"a\":" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  EXPECT_THAT(problems_of(nested(31), {"a"}, kNothing), IsEmpty());
  EXPECT_THAT(problems_of(nested(33), {"a"}, kNothing), ElementsAre("body: it is nested too deeply"));
  EXPECT_THAT(problems_of(nested(400'000), {"a"}, kNothing), ElementsAre("body: it is nested too deeply"));
}

TEST(Body, IsTakenForNothingElseThanJson) {
  for (const auto* type : {"text/plain", "application/jsonx", "application/problem+json", "", "application/json,x"}) {
    EXPECT_THROW(Body(with_body("{}", type), {}), Error) << type;
  }
  EXPECT_NO_THROW(Body(with_body("{}", "application/json;charset=utf-8"), {}));
}

TEST(Body, HasNoTextWithANul) {
  const auto read = [](Body& body) { body.text("name"); };
  EXPECT_THAT(problems_of(R"({"name":"a\u0000b"})", {"name"}, read), ElementsAre("name: not a text"));
}

TEST(Body, HasWholeNumbersThatFit) {
  const auto read = [](Body& body) { body.optional_integer("n"); };
  for (const auto* good : {"0", "-1", "9223372036854775807", "-9223372036854775808"}) {
    EXPECT_THAT(problems_of(std::string("{\"n\":") + good + "}", {"n"}, read), IsEmpty()) << good;
  }
  for (const auto* bad : {"1.0", "1e3", "9223372036854775808", "18446744073709551615", "\"1\"", "null", "true"}) {
    EXPECT_THAT(problems_of(std::string("{\"n\":") + bad + "}", {"n"}, read), ElementsAre("n: not a whole number"))
        << bad;
  }
}

TEST(Body, NamesTheFieldOfAnIdThatIsNone) {
  EXPECT_THAT(problems_of(R"({"who":"me"})", {"who"}, [](Body& body) { body.optional_user("who"); }),
              ElementsAre(HasSubstr("who: not a UUID")));
}

TEST(Body, NeverRepeatsASecret) {
  const auto problems =
      problems_of(R"({"password":["hunter2"]})", {"password"}, [](Body& body) { body.secret("password"); });
  EXPECT_THAT(problems, ElementsAre(Not(HasSubstr("hunter2"))));
}

TEST(BodyTime, IsReadInEveryZone) {
  const auto expected = time_in("2030-01-02T03:04:05Z");
  ASSERT_TRUE(expected.has_value());
  EXPECT_EQ(to_rfc3339(*expected), "2030-01-02T03:04:05.000Z");
  for (const auto* same : {"2030-01-02t03:04:05z", "2030-01-02 03:04:05Z", "2030-01-02T03:04:05.000Z",
                           "2030-01-02T05:04:05+02:00", "2030-01-01T21:34:05-05:30"}) {
    EXPECT_EQ(time_in(same), expected) << same;
  }
  EXPECT_EQ(*time_in("2030-01-02T03:04:05.1239Z") - *expected, std::chrono::milliseconds(123));
}

TEST(BodyTime, IsNothingElse) {
  for (const auto* text :
       {"", "2030-01-02", "2030-01-02T03:04:05", "2030-01-02T03:04Z", "2030-02-30T00:00:00Z", "2030-01-02T24:00:00Z",
        "2030-01-02T03:60:05Z", "2030-01-02T03:04:60Z", "2030-01-02T03:04:05.Z", "2030-01-02T03:04:05+2:00",
        "2030-01-02T03:04:05+0200", "2030-01-02T03:04:05+24:00", "2030-01-02T03:04:05Zx", "2030-+1-02T03:04:05Z",
        "2030-01-02T 3:04:05Z", "2030-01-02T03:04:05+ 1:00", "02030-01-02T03:04:05Z"}) {
    EXPECT_EQ(time_in(text), std::nullopt) << text;
  }
}

// It became a time in the past: nanoseconds since 1970 run over in 2262.
TEST(BodyTime, BeyondWhatATimeHoldsIsRefused) {
  for (const auto* text : {"9999-12-31T23:59:59Z", "2262-04-12T00:00:00Z", "2200-01-01T00:00:00Z",
                           "1899-12-31T23:59:59Z", "0000-01-01T00:00:00Z"}) {
    EXPECT_EQ(time_in(text), std::nullopt) << text;
  }
  EXPECT_TRUE(time_in("2199-12-31T23:59:59Z").has_value());
  EXPECT_TRUE(time_in("1900-01-01T00:00:00+23:59").has_value());
}

TEST(Body, MakesAProblemOfWhatAParserThrows) {
  Request request;
  request.body = R"({"first":"good","second":"bad","third":7})";
  Body body(request, {"first", "second", "third"});
  const auto parse = [](const std::string& text) {
    if (text == "bad") throw Error(ErrorCode::invalid_argument, "second: bad");
    return text.size();
  };
  EXPECT_EQ(body.parsed("first", parse), 4U);
  EXPECT_EQ(body.parsed("second", parse), std::nullopt);
  EXPECT_EQ(body.parsed("third", parse), std::nullopt);
  EXPECT_EQ(body.parsed("fourth", parse), std::nullopt);
  try {
    body.check();
    FAIL() << "no error was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.problems(), (std::vector<std::string>{"second: bad", "third: not a text", "fourth: missing"}));
  }
}

}  // namespace
}  // namespace tenure::server
