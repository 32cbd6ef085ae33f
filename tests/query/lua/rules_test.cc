// The rules that ship: what each finds, and what it lets pass.
#include <gtest/gtest.h>

#include "amont/rules.h"
#include "tests/query/lua/hub_register.h"

namespace amont {
namespace {

class ShippedRules : public testing::Test {
 protected:
  std::string violations(const std::string& rule, std::vector<std::pair<std::string, std::string>> given = {}) {
    const ShippedScript* script = find_shipped_script("rules/" + rule);
    if (!script) return "no such rule";
    const RuleOutcome outcome = check_rule(hub.snapshot(), &hub.store(), *script, {std::move(given)});
    if (!outcome.status.ok()) return outcome.status.text();
    std::string out;
    for (const Violation& violation : outcome.violations) out += violation.text + "\n";
    return out;
  }
  HubRegister hub;
};

TEST_F(ShippedRules, KnowTheYearsOfVariables) {
  hub.node("dataset:t")
      .node("variable:t/old", {{"created_year", std::int64_t{2010}}, {"deleted_year", std::int64_t{2015}}});
  hub.node("variable:t/gap", {{"missing_years", List{std::int64_t{2012}}}}).node("run:r").node("run:s").node("run:u");
  hub.edge("used", "run:r", "dataset:t",
           {{"columns", List{std::string("old")}}, {"data_from", day("2010-01-01")}, {"data_to", day("2015-01-01")}});
  hub.edge("used", "run:s", "dataset:t",
           {{"columns", List{std::string("old"), std::string("gap")}},
            {"data_from", day("2011-01-01")},
            {"data_to", day("2015-01-02")}});
  hub.edge("used", "run:u", "variable:t/old", {{"data_from", day("2009-01-01")}, {"data_to", day("2011-01-01")}});
  hub.commit();
  EXPECT_EQ(violations("years-of-variables"),
            "run:s, variable: variable:t/old, why: read after it went\n"
            "run:s, variable: variable:t/gap, why: missing in years read\n"
            "run:u, variable: variable:t/old, why: read before it was there\n");
}

TEST_F(ShippedRules, WantACheckBeforeARelease) {
  hub.node("output:fine", {{"status", "released"},
                           {"checked_at", day("2024-01-01")},
                           {"released_at", day("2024-01-02")},
                           {"min_cell", std::int64_t{11}}});
  hub.node("output:late", {{"status", "released"},
                           {"checked_at", day("2024-01-03")},
                           {"released_at", day("2024-01-02")},
                           {"min_cell", std::int64_t{10}}});
  hub.node("output:failed", {{"status", "released"}, {"checked_at", day("2024-01-01")}}).node("run:check");
  hub.node("output:inside", {{"status", "internal"}, {"min_cell", std::int64_t{3}}});
  hub.edge("checked_by", "output:failed", "run:check", {{"result", "failed"}});
  hub.commit();
  EXPECT_EQ(violations("checked-before-release"),
            "output:failed, checked: 2024-01-01T00:00:00Z\n"
            "output:late, checked: 2024-01-03T00:00:00Z, released: 2024-01-02T00:00:00Z\n");
  EXPECT_EQ(violations("small-counts"), "output:late, smallest count: 10\n");
  EXPECT_EQ(violations("small-counts", {{"least", "12"}}),
            "output:fine, smallest count: 11\noutput:late, smallest count: 10\n");
}

// The numbers are the published test vectors of each kind; no person has them.
TEST_F(ShippedRules, FindWhatIdentifiesAPersonAndNeverPrintIt) {
  const std::pair<const char*, const char*> texts[] = {
      {"nir", "patient 1 00 01 75 999 901 50 seen"},
      {"nir-corsica", "1 85 07 2A 999 903 13"},
      {"nir-wrong-key", "1 00 01 75 999 901 51"},
      {"iban", "paid to FR76 3000 6000 0112 3456 7890 189 in May"},
      {"iban-wrong", "FR76 3000 6000 0112 3456 7890 188"},
      {"mail", "ask jean.exemple@example.test"},
      {"mail-role", "ask dpo@example.test"},
      {"phone", "call 06 12 34 56 78"},
      {"version", "version 01.02.03"},
      {"nhs", "NHS number 943 476 5919"},
      {"mail-second", "contact@hub.test, jean.exemple@example.test"},
      {"phone-stop", "call 06 12 34 56 78."},
      {"phone-wide", "call +33\u00a06 12 34 56 78"},
      {"phone-close", "0612345678"},
      {"phone-zero", "+33 (0)6 12 34 56 78"},
      {"iban-small", "fr76 3000 6000 0112 3456 7890 189"},
      {"iban-after", "DE01 and FR76\u00a03000 6000 0112 3456 7890 189"},
      {"nhs-second", "NHS 1234567890 943 476 5919"},
      {"ten-digits", "order 9434765919"},
      {"time", "1700000000000"}};
  for (const auto& [key, text] : texts) hub.node(std::string("dataset:") + key, {{"description", text}});
  hub.node("agent:1850799999 90583");
  hub.node("run:r").node("run:s").edge("informed_by", "run:r", "run:s", {{"note", "mail a.b@example.test"}}, "label");
  hub.commit();
  const std::string found = violations("no-personal-identifiers");
  EXPECT_EQ(found,
            "dataset:iban, property: description, what: IBAN\n"
            "dataset:iban-after, property: description, what: IBAN\n"
            "dataset:iban-small, property: description, what: IBAN\n"
            "dataset:mail, property: description, what: e-mail address\n"
            "dataset:mail-second, property: description, what: e-mail address\n"
            "dataset:nhs, property: description, what: NHS number\n"
            "dataset:nhs-second, property: description, what: NHS number\n"
            "dataset:nir, property: description, what: national health number\n"
            "dataset:nir-corsica, property: description, what: national health number\n"
            "dataset:phone, property: description, what: telephone number\n"
            "dataset:phone-close, property: description, what: telephone number\n"
            "dataset:phone-stop, property: description, what: telephone number\n"
            "dataset:phone-wide, property: description, what: telephone number\n"
            "dataset:phone-zero, property: description, what: telephone number\n"
            "run:r, property: informed_by edge's note, what: e-mail address\n");
}

TEST_F(ShippedRules, HideAKeyThatIdentifiesAPerson) {
  hub.node("agent:2 99 12 99 999 902 11", {{"role", "PI"}}).commit();
  EXPECT_EQ(violations("no-personal-identifiers"),
            "agent put by transaction 2, property: key, what: national health number\n");
}

}  // namespace
}  // namespace amont
