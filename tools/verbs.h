// All verbs of the command, a file for each group. What a verb's options fill lives as long as the verb; `session` must
// outlive them.
#pragma once

#include <vector>

#include "tools/session.h"
#include "tools/verb.h"

namespace amont::tool {

std::vector<Verb> store_verbs(Session& session);          // init info stats rebuild
std::vector<Verb> keeping_verbs(Session& session);        // backup restore compact upgrade
std::vector<Verb> schema_verbs(Session& session);         // schema
std::vector<Verb> write_verbs(Session& session);          // put link retract
std::vector<Verb> redact_verbs(Session& session);         // redact
std::vector<Verb> import_verbs(Session& session);         // import
std::vector<Verb> walk_verbs(Session& session);           // upstream downstream sources touches
std::vector<Verb> path_verbs(Session& session);           // reaches path
std::vector<Verb> why_verbs(Session& session);            // why why-not
std::vector<Verb> diff_verbs(Session& session);           // diff
std::vector<Verb> graph_verbs(Session& session);          // order cycles components chokepoints
std::vector<Verb> coverage_verbs(Session& session);       // coverage
std::vector<Verb> look_verbs(Session& session);           // get find
std::vector<Verb> log_verbs(Session& session);            // log
std::vector<Verb> run_verbs(Session& session);            // run
std::vector<Verb> script_verbs(Session& session);         // scripts
std::vector<Verb> repl_verbs(Session& session);           // repl
std::vector<Verb> rules_verbs(Session& session);          // rules
std::vector<Verb> check_verbs(Session& session);          // check
std::vector<Verb> lint_verbs(Session& session);           // lint
std::vector<Verb> export_verbs(Session& session);         // export
std::vector<Verb> keygen_verbs(Session& session);         // keygen
std::vector<Verb> checkpoint_verbs(Session& session);     // checkpoint
std::vector<Verb> anchor_verbs(Session& session);         // anchor
std::vector<Verb> witness_verbs(Session& session);        // witness
std::vector<Verb> verify_verbs(Session& session);         // verify
std::vector<Verb> bundle_verbs(Session& session);         // bundle
std::vector<Verb> verify_bundle_verbs(Session& session);  // verify-bundle

}  // namespace amont::tool
