#include "messaging/service_answer.h"

#include <utility>

#include "messaging/json_fields.h"
#include "store/contract_json.h"

namespace tenure::messaging {
namespace {

using nlohmann::json;

ServiceAnswer result_answer(const ServiceRequest& request, const std::string& id, json result, bool is_replay) {
  return {.request_id = id,
          .service = request.service,
          .operation = request.operation,
          .result = std::move(result),
          .is_replay = is_replay,
          .error = std::nullopt};
}

const json& result_of(const ServiceAnswer& answer) {
  if (answer.error) throw Error(*answer.error);
  return answer.result;
}

json to_json(const Error& error) {
  // What a bug of ours says is for the service's own log.
  const bool is_ours = error.code() == ErrorCode::internal;
  json body{{"code", to_string(error.code())},
            {"retry", error.retry() == Retry::later ? "later" : "never"},
            {"detail", is_ours ? "something went wrong inside the service; its log has it" : error.what()}};
  if (!error.problems().empty() && !is_ours) body["problems"] = error.problems();
  return body;
}

Error error_from(const json& body) {
  if (!body.is_object()) throw Error(ErrorCode::invalid_argument, "error: is not an object");
  const auto code = parse_error_code(required_text(body, "code"));
  if (!code) throw Error(ErrorCode::invalid_argument, "error: code: is none of Tenure's");
  const auto retry = optional_text(body, "retry") == "later" ? Retry::later : Retry::never;
  std::vector<std::string> problems;
  if (const auto found = body.find("problems"); found != body.end() && found->is_array()) {
    for (const auto& problem : *found) {
      if (problem.is_string()) problems.push_back(problem.get<std::string>());
    }
  }
  return Error(*code, required_text(body, "detail"), retry).with_problems(std::move(problems));
}

}  // namespace

ServiceAnswer answer_of(const ServiceRequest& request, const std::string& id, const store::Preview& preview) {
  return result_answer(request, id, store::preview_to_json(request.service, request.subject, preview), false);
}

ServiceAnswer answer_of(const ServiceRequest& request, const std::string& id, const store::DeletionResult& result) {
  if (result.success) return result_answer(request, id, store::result_to_json(result), result.is_replay);
  auto problems = result.errors;
  auto detail = problems.empty() ? std::string("the deletion failed") : problems.front();
  if (problems.size() == 1) problems.clear();
  return answer_of(request, id,
                   Error(result.error_code, std::move(detail), result.retry).with_problems(std::move(problems)));
}

ServiceAnswer answer_of(const ServiceRequest& request, const std::string& id, const store::Residue& residue) {
  return result_answer(request, id, store::residue_to_json(request.service, request.subject, residue), false);
}

ServiceAnswer answer_of(const ServiceRequest& request, const std::string& id, const store::Restoration& restoration) {
  return result_answer(request, id, store::restoration_to_json(request.service, request.subject, restoration),
                       restoration.is_replay);
}

ServiceAnswer answer_of(const ServiceRequest& request, const std::string& id, const Error& error) {
  return {.request_id = id, .service = request.service, .operation = request.operation, .result = {}, .error = error};
}

store::Preview to_preview(const ServiceAnswer& answer) { return store::preview_from_json(result_of(answer)); }

store::Erasure to_erasure(const ServiceAnswer& answer) {
  auto erasure = store::erasure_from_json(result_of(answer));
  erasure.is_replay = answer.is_replay;
  return erasure;
}

store::Residue to_residue(const ServiceAnswer& answer) { return store::residue_from_json(result_of(answer)); }

store::Restoration to_restoration(const ServiceAnswer& answer) {
  auto restoration = store::restoration_from_json(result_of(answer));
  restoration.is_replay = answer.is_replay;
  return restoration;
}

std::string to_json_text(const ServiceAnswer& answer) {
  json body{{"request_id", answer.request_id}, {"service", answer.service}, {"operation", to_string(answer.operation)}};
  if (answer.error) {
    body["error"] = to_json(*answer.error);
  } else {
    body["result"] = answer.result;
    if (answer.is_replay) body["replayed"] = true;
  }
  return body.dump();
}

ServiceAnswer answer_from_json_text(std::string_view text) {
  const auto body = object_from(text, "the answer");
  ServiceAnswer answer{.request_id = required_text(body, "request_id"),
                       .service = required_text(body, "service"),
                       .operation = parse_operation(required_text(body, "operation")),
                       .result = {},
                       .error = std::nullopt};
  const auto result = body.find("result");
  const auto error = body.find("error");
  if ((result == body.end()) == (error == body.end())) {
    throw Error(ErrorCode::invalid_argument, "the answer needs one of result and error");
  }
  if (error != body.end()) {
    answer.error = error_from(*error);
    return answer;
  }
  if (!result->is_object()) throw Error(ErrorCode::invalid_argument, "result: is not an object");
  answer.result = *result;
  const auto replayed = body.find("replayed");
  answer.is_replay = replayed != body.end() && replayed->is_boolean() && replayed->get<bool>();
  return answer;
}

}  // namespace tenure::messaging
