// What there is to find about approvals in the small hub of examples/hub, project by project, as its README tells.
#include <fstream>
#include <set>
#include <sstream>

#include "amont/exchange.h"
#include "amont/schema_script.h"
#include "amont/store.h"
#include "tests/query/coverage/coverage_text.h"
#include "tests/support/exchange_desk.h"
#include "tests/support/temp_dir.h"

namespace amont {
namespace {

class HubCoverage : public testing::Test {
 protected:
  // Each chapter as one transaction, 2 to 8.
  static void SetUpTestSuite() {
    folder_ = new TempDir;
    Options options;
    options.index_in_memory = true;
    options.clock = [] { return now_; };
    store_ = Store::create(*folder_ / "hub", hub_schema(), options)->release();
    const std::pair<const char*, const char*> chapters[] = {
        {"01-catalogue", "2019-01-07"}, {"02-variables", "2019-01-08"}, {"03-projects", "2023-11-01"},
        {"04-runs", "2023-11-02"},      {"05-results", "2023-11-03"},   {"06-corrections", "2024-02-05"},
        {"07-withdrawal", "2024-11-25"}};
    for (const auto& [name, day] : chapters) {
      now_ = *Timestamp::parse_date_or_time(day);
      std::ifstream file(std::string(AMONT_SOURCE_DIR "/examples/hub/") + name + ".jsonl");
      std::stringstream text;
      text << file.rdbuf();
      ImportOptions with;
      with.file = name;
      const auto report = import_jsonl(*store_, source_of(text.str()), with);
      ASSERT_TRUE(report.ok()) << report.status().text();
    }
  }
  static void TearDownTestSuite() {
    delete store_;
    delete folder_;
  }

  NodeId id(const char* ref) { return **view_.find(*Ref::parse(ref)); }
  std::string answer(const char* ref, bool gaps_only, const char* as_of = "2025-12-31") {
    CoverageOptions options;
    options.gaps_only = gaps_only;
    options.as_of = *Timestamp::parse_date_or_time(as_of);
    const NodeId of[] = {id(ref)};
    return text_of(view_, coverage(view_, of, options));
  }
  std::string gaps(const char* project) { return answer(project, true); }
  std::string uses(const char* project) { return answer(project, false); }

  static TempDir* folder_;
  static Store* store_;
  static Timestamp now_;
  Snapshot view_ = *store_->snapshot();
};
TempDir* HubCoverage::folder_ = nullptr;
Store* HubCoverage::store_ = nullptr;
Timestamp HubCoverage::now_ = *Timestamp::parse("2019-01-06T00:00:00Z");

TEST_F(HubCoverage, StrokeRehabWentOnThroughTheDayBetweenTwoVersions) {
  EXPECT_EQ(gaps("project:stroke-rehab"),
            "run:stroke-rehab/delays for project:stroke-rehab used dataset:linked/stroke-rehab "
            "[2022-08-29T08:00:00Z 2022-09-05T18:00:00Z)\n"
            "  by approval:cnil-2020-088-v1 [2022-08-29T08:00:00Z 2022-09-01T00:00:00Z)\n"
            "  by approval:cnil-2020-088-v2 [2022-09-02T00:00:00Z 2022-09-05T18:00:00Z)\n"
            "  gap [2022-09-01T00:00:00Z 2022-09-02T00:00:00Z) expired approval:cnil-2020-088-v1\n");
}

TEST_F(HubCoverage, PolypharmacyUsedTheSampleAfterItsApprovalHadEnded) {
  EXPECT_EQ(gaps("project:polypharmacy"),
            "run:polypharmacy/count-again for project:polypharmacy used dataset:snds/egb-2021 "
            "[2021-10-11T08:00:00Z 2021-10-15T18:00:00Z)\n"
            "  gap [2021-10-11T08:00:00Z 2021-10-15T18:00:00Z) expired approval:egb-2020-033\n");
}

TEST_F(HubCoverage, AiTriageTrainedWhileSuspendedAndWorkedOnServersNobodyApproved) {
  EXPECT_EQ(
      gaps("project:ai-triage"),
      "run:ai-triage/evaluation for project:ai-triage used dataset:linked/heart-failure-clean "
      "[2025-06-16T08:00:00Z 2025-06-20T18:00:00Z)\n"
      "  gap [2025-06-16T08:00:00Z 2025-06-20T18:00:00Z) wrong_environment approval:cnil-2024-003\n"
      "run:ai-triage/training-2 for project:ai-triage used dataset:linked/heart-failure-clean "
      "[2025-04-07T08:00:00Z 2025-04-25T18:00:00Z)\n"
      "  gap [2025-04-07T08:00:00Z 2025-04-25T18:00:00Z) suspended approval:cnil-2024-003 also not_habilitated\n");
}

TEST_F(HubCoverage, LungScreeningNeededAnOpinionThatWasUnfavourable) {
  EXPECT_EQ(
      gaps("project:lung-screening"),
      "run:lung-screening/analysis for project:lung-screening used dataset:extract/lung-screening/stays "
      "[2023-04-03T08:00:00Z 2025-12-31T00:00:00Z)\n"
      "  gap [2023-04-03T08:00:00Z 2025-12-16T00:00:00Z) missing_prerequisite approval:mr008-halyard\n"
      "  gap [2025-12-16T00:00:00Z 2025-12-31T00:00:00Z) expired approval:mr008-halyard also missing_prerequisite\n"
      "run:lung-screening/delivery for project:lung-screening used dataset:snds/T_MCOaaB "
      "[2023-02-06T08:00:00Z 2023-02-08T18:00:00Z)\n"
      "  gap [2023-02-06T08:00:00Z 2023-02-08T18:00:00Z) missing_prerequisite approval:mr008-halyard\n"
      "run:lung-screening/delivery for project:lung-screening used dataset:snds/T_MCOaaUM "
      "[2023-02-06T08:00:00Z 2023-02-08T18:00:00Z)\n"
      "  gap [2023-02-06T08:00:00Z 2023-02-08T18:00:00Z) missing_prerequisite approval:mr008-halyard\n");
}

TEST_F(HubCoverage, DentalAccessRanForSpending) {
  EXPECT_EQ(gaps("project:dental-access"),
            "run:dental-access/spending for project:dental-access used dataset:snds/DA_PRA_R "
            "[2022-06-13T08:00:00Z 2022-07-01T18:00:00Z)\n"
            "  gap [2022-06-13T08:00:00Z 2022-07-01T18:00:00Z) other_purpose approval:cnil-2022-019\n"
            "run:dental-access/spending for project:dental-access used dataset:snds/ER_CAM_F "
            "[2022-06-13T08:00:00Z 2022-07-01T18:00:00Z)\n"
            "  gap [2022-06-13T08:00:00Z 2022-07-01T18:00:00Z) other_purpose approval:cnil-2022-019\n");
}

TEST_F(HubCoverage, MaternalDrugsReadYearsThatWereNotInTheDecision) {
  EXPECT_EQ(gaps("project:maternal-drugs"),
            "run:maternal-drugs/analysis for project:maternal-drugs used dataset:extract/maternal-drugs/claims "
            "[2021-09-01T08:00:00Z 2022-01-31T18:00:00Z)\n"
            "  gap [2021-09-01T08:00:00Z 2022-01-31T18:00:00Z) out_of_depth approval:cnil-2021-008\n"
            "run:maternal-drugs/delivery for project:maternal-drugs used dataset:snds/ER_PHA_F "
            "[2021-03-15T08:00:00Z 2021-03-19T18:00:00Z)\n"
            "  gap [2021-03-15T08:00:00Z 2021-03-19T18:00:00Z) out_of_depth approval:cnil-2021-008\n");
}

TEST_F(HubCoverage, EmergencyFlowReadAVariableForYearsThatNoLongerHaveIt) {
  EXPECT_EQ(gaps("project:emergency-flow"),
            "run:emergency-flow/delivery for project:emergency-flow used dataset:snds/T_MCOaaB "
            "[2022-02-07T08:00:00Z 2022-02-10T18:00:00Z)\n"
            "  gap [2022-02-07T08:00:00Z 2022-02-10T18:00:00Z) no_such_variable approval:mr005-port-clair\n");
}

TEST_F(HubCoverage, InsulinPumpWorkedInAProjectSpace) {
  EXPECT_EQ(gaps("project:insulin-pump"),
            "run:insulin-pump/analysis for project:insulin-pump used dataset:snds/T_MCOaaA "
            "[2022-10-03T08:00:00Z 2022-12-16T18:00:00Z)\n"
            "  gap [2022-10-03T08:00:00Z 2022-12-16T18:00:00Z) wrong_environment approval:mr006-halyard\n"
            "run:insulin-pump/analysis for project:insulin-pump used dataset:snds/T_MCOaaB "
            "[2022-10-03T08:00:00Z 2022-12-16T18:00:00Z)\n"
            "  gap [2022-10-03T08:00:00Z 2022-12-16T18:00:00Z) wrong_environment approval:mr006-halyard\n");
}

TEST_F(HubCoverage, HeartMortalityUsedASetThatHoldsClaimsToo) {
  EXPECT_EQ(gaps("project:heart-mortality"),
            "run:heart-mortality/analysis for project:heart-mortality used dataset:linked/heart-failure-clean "
            "[2022-02-07T08:00:00Z 2022-06-30T18:00:00Z)\n"
            "  gap [2022-02-07T08:00:00Z 2022-06-30T18:00:00Z) out_of_scope approval:cnil-2021-140 lacks "
            "dataset:snds/ER_PHA_F dataset:snds/ER_PRS_F dataset:snds/IR_BEN_R dataset:snds/IR_IMB_R\n");
}

TEST_F(HubCoverage, RareKidneyLinkedWhatNoSingleDecisionCovers) {
  EXPECT_EQ(gaps("project:rare-kidney"),
            "run:rare-kidney/analysis for project:rare-kidney used dataset:linked/rare-kidney "
            "[2022-01-17T08:00:00Z 2022-04-29T18:00:00Z)\n"
            "  gap [2022-01-17T08:00:00Z 2022-04-29T18:00:00Z) linkage approval:cnil-2021-051\n"
            "run:rare-kidney/linkage for project:rare-kidney used dataset:extract/rare-kidney/claims "
            "[2021-07-05T08:00:00Z 2021-07-07T18:00:00Z)\n"
            "  gap [2021-07-05T08:00:00Z 2021-07-07T18:00:00Z) linkage approval:cnil-2021-051\n"
            "run:rare-kidney/linkage for project:rare-kidney used dataset:extract/rare-kidney/people "
            "[2021-07-05T08:00:00Z 2021-07-07T18:00:00Z)\n"
            "  gap [2021-07-05T08:00:00Z 2021-07-07T18:00:00Z) linkage approval:cnil-2021-051\n"
            "run:rare-kidney/linkage for project:rare-kidney used dataset:reg/rare-kidney "
            "[2021-07-05T08:00:00Z 2021-07-07T18:00:00Z)\n"
            "  gap [2021-07-05T08:00:00Z 2021-07-07T18:00:00Z) linkage approval:cnil-2021-051\n");
}

// What else is wrong with these is no matter of coverage: deletion, publication, checks after release.
TEST_F(HubCoverage, HeartFailureHipFractureAndHomeHospitalHadApprovalsForAllTheyUsed) {
  EXPECT_EQ(gaps("project:heart-failure"), "");
  EXPECT_EQ(gaps("project:hip-fracture"), "");
  EXPECT_EQ(gaps("project:home-hospital"), "");
}

TEST_F(HubCoverage, CovidExcessStillDeliversAfterItsApprovalHasEnded) {
  EXPECT_EQ(answer("project:covid-excess", true, "2023-11-01"), "");
  EXPECT_EQ(answer("project:covid-excess", true, "2024-02-01"),
            "run:covid-excess/delivery for project:covid-excess used dataset:snds/KI_CCI_R "
            "[2020-11-16T08:00:00Z 2024-02-01T00:00:00Z)\n"
            "  by approval:cnil-2020-122 [2020-11-16T08:00:00Z 2023-11-10T00:00:00Z)\n"
            "  gap [2023-11-10T00:00:00Z 2024-02-01T00:00:00Z) expired approval:cnil-2020-122\n");
}

TEST_F(HubCoverage, PhysicianDensityHasNoApproval) {
  EXPECT_EQ(gaps("project:physician-density"),
            "run:physician-density/analysis for project:physician-density used dataset:snds/DA_PRA_R "
            "[2023-04-03T08:00:00Z 2023-05-12T18:00:00Z)\n"
            "  gap [2023-04-03T08:00:00Z 2023-05-12T18:00:00Z) no_approval\n");
}

TEST_F(HubCoverage, TheApprovalOfAsthmaKidsWasOnlyRecordedLate) {
  EXPECT_EQ(uses("project:asthma-kids"),
            "run:asthma-kids/analysis for project:asthma-kids used dataset:extract/asthma-kids/claims "
            "[2022-09-05T08:00:00Z 2022-12-22T18:00:00Z)\n"
            "  by approval:cnil-2022-002 [2022-09-05T08:00:00Z 2022-12-22T18:00:00Z) late\n"
            "run:asthma-kids/delivery for project:asthma-kids used dataset:snds/ER_PHA_F "
            "[2022-02-14T08:00:00Z 2022-02-16T18:00:00Z)\n"
            "  by approval:cnil-2022-002 [2022-02-14T08:00:00Z 2022-02-16T18:00:00Z) late\n"
            "run:asthma-kids/delivery for project:asthma-kids used dataset:snds/ER_PRS_F "
            "[2022-02-14T08:00:00Z 2022-02-16T18:00:00Z)\n"
            "  by approval:cnil-2022-002 [2022-02-14T08:00:00Z 2022-02-16T18:00:00Z) late\n");
  // Before chapter 6 nobody knew of it.
  view_ = *store_->snapshot_at(TxNumber{6});
  EXPECT_EQ(gaps("project:asthma-kids"),
            "run:asthma-kids/analysis for project:asthma-kids used dataset:extract/asthma-kids/claims "
            "[2022-09-05T08:00:00Z 2022-12-22T18:00:00Z)\n"
            "  gap [2022-09-05T08:00:00Z 2022-12-22T18:00:00Z) no_approval\n"
            "run:asthma-kids/delivery for project:asthma-kids used dataset:snds/ER_PHA_F "
            "[2022-02-14T08:00:00Z 2022-02-16T18:00:00Z)\n"
            "  gap [2022-02-14T08:00:00Z 2022-02-16T18:00:00Z) no_approval\n"
            "run:asthma-kids/delivery for project:asthma-kids used dataset:snds/ER_PRS_F "
            "[2022-02-14T08:00:00Z 2022-02-16T18:00:00Z)\n"
            "  gap [2022-02-14T08:00:00Z 2022-02-16T18:00:00Z) no_approval\n");
}

TEST_F(HubCoverage, TheAbortedRunOfPsychReadmissionUsedTheDataToo) {
  EXPECT_EQ(gaps("project:psych-readmission"), "");
  EXPECT_EQ(answer("run:psych-readmission/first-try", false),
            "run:psych-readmission/first-try for project:psych-readmission used "
            "dataset:extract/psych-readmission/stays [2023-05-15T08:00:00Z 2023-05-16T18:00:00Z)\n"
            "  by approval:cnil-2022-101 [2023-05-15T08:00:00Z 2023-05-16T18:00:00Z)\n");
}

// Nobody wrote down for what the insurer may use the stays, which others hold.
TEST_F(HubCoverage, OfAllOtherUsesOnlyThoseForNoProjectAreNotCovered) {
  CoverageOptions options;
  options.gaps_only = true;
  options.as_of = *Timestamp::parse("2023-11-01T00:00:00Z");
  const Result<Coverage> all = coverage(view_, {}, options);
  ASSERT_TRUE(all.ok()) << all.status().text();
  std::set<std::string> projects, without;
  for (const UseCoverage& one : all->uses) {
    const std::string user = view_.ref(one.use.user)->text();
    (one.use.project ? projects : without).insert(one.use.project ? view_.ref(*one.use.project)->text() : user);
  }
  EXPECT_EQ(projects,
            (std::set<std::string>{"project:ai-triage", "project:dental-access", "project:emergency-flow",
                                   "project:heart-mortality", "project:insulin-pump", "project:lung-screening",
                                   "project:maternal-drugs", "project:physician-density", "project:polypharmacy",
                                   "project:rare-kidney", "project:stroke-rehab"}));
  EXPECT_EQ(without, (std::set<std::string>{"run:cnam/egb-2021", "run:cnam/map-2019"}));
  EXPECT_TRUE(all->completeness.complete());
}

}  // namespace
}  // namespace amont
