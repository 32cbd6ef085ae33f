// Pieces of records as JSON, for the writers of this folder.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "amont/model.h"
#include "amont/redaction.h"

namespace amont {

// `before`, and the time in quotes.
void append_json_time(std::string& out, std::string_view before, Timestamp time);
// "edge":...,"from":...,"to":...,"label":...
void append_json_edge(std::string& out, std::string_view kind, const Ref& from, const Ref& to, std::string_view label);

// What is left of a text: {"@redacted":{"by":9,"commitment":"..."}}, which reads as null.
void append_json_redacted(std::string& out, const RedactedText& text);

// One JSONL line without its newline; `redacted` ascends by property.
std::string to_jsonl(const Node& node, std::span<const RedactedText> redacted);
std::string to_jsonl(const Edge& edge, const Ref& from, const Ref& to, std::span<const RedactedText> redacted);

}  // namespace amont
