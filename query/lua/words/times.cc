// Times, and what is counted with them.
#include "query/lua/words/word_rows.h"

namespace amont {

std::span<const WordRow> time_words() {
  static constexpr WordRow kRows[] = {
      {"time", "", "time(\"2026-03-31\")",
       "A time. Times compare with each other and with texts; `t + 90` and `t - 7` count days, and so does `t - u`. "
       "There is no clock: the day to count from is a parameter.",
       "", "time(\"2026-03-31\") - time(\"2026-01-01\")"},
      {"totime", "", "totime(text)", "The time that a text tells; nil when it tells none.", "",
       "totime(\"2026-03-31\")"},
      {"hours", "", "hours(12)", "What to add to a time, or take from it.", "", "time(\"2026-03-31\") + hours(12)"},
      {"days", "", "days(90)", "The same in days.", "", "time(\"2026-03-31\") + days(90)"},
      {"weeks", "", "weeks(2)", "The same in weeks.", "", "time(\"2026-03-31\") - weeks(2)"},
      {"months", "", "months(18)", "The same by the calendar: a month after 31 January is the last day of February.",
       "", "(time(\"2026-01-31\") + months(1)).date"},
      {"years", "", "years(1)", "The same by the calendar.", "", "(time(\"2024-02-29\") + years(1)).date"},
      {"year", "time", "t.year", "The year, a number.", "", "time(\"2026-03-31\").year"},
      {"month", "time", "t.month", "The month, from 1.", "", "time(\"2026-03-31\").month"},
      {"day", "time", "t.day", "The day of the month, from 1.", "", "time(\"2026-03-31\").day"},
      {"date", "time", "t.date", "The date as text.", "", "time(\"2026-03-31T10:30:00Z\").date"},
      {"precise", "time", "t.precise", "The time as text, always to the microsecond: such texts sort as the times do.",
       "", "time(\"2026-03-31T10:30:00Z\").precise"},
  };
  return kRows;
}

}  // namespace amont
