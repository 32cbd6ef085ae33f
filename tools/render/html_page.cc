#include "tools/render/html_page.h"

#include <fmt/format.h>

#include "core/merkle/sha256.h"
#include "tools/render/escape.h"

namespace amont::tool {
namespace {

// Colours that are told apart on white and on black, and have a contrast of 4.5 and more to what they stand on.
constexpr std::string_view kStyle = R"(
:root{color-scheme:light dark;--paper:#fff;--ink:#1b1b1b;--faint:#5a5a5a;--rule:#c8c8c8;--fill:#f2f5f8;--gap:#b3001b;--lit:#005ea8;
--k0:#2f6f9f;--k1:#3d7a3d;--k2:#8a5a00;--k3:#74489c;--k4:#5c5c5c;--k5:#007272}
@media(prefers-color-scheme:dark){:root{--paper:#161616;--ink:#ececec;--faint:#a8a8a8;--rule:#4a4a4a;--fill:#23282d;--gap:#ff8f8f;--lit:#7fc4ff;
--k0:#7fb6dd;--k1:#8cc98c;--k2:#d9a441;--k3:#c3a0e6;--k4:#b0b0b0;--k5:#6cc7c7}}
body{margin:2rem auto;max-width:76rem;padding:0 1rem;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
h1{font-size:1.5rem;overflow-wrap:anywhere}h2{font-size:1.15rem;margin-top:2rem}
p.state{border-left:4px solid var(--k1);padding-left:.6rem}p.state.partial{border-left-color:var(--gap)}
p.note,footer{color:var(--faint)}
pre{white-space:pre-wrap}
table{border-collapse:collapse;margin:.5rem 0;font-size:.925rem}caption{text-align:left;color:var(--faint)}
th,td{border-bottom:1px solid var(--rule);padding:.25rem .7rem .25rem 0;text-align:left;vertical-align:top;font-weight:normal}
thead th{font-weight:600}td.n,th.n{text-align:right}th button{font:inherit;color:inherit;background:none;border:0;padding:0;cursor:pointer}
th[aria-sort=ascending] button::after{content:" \25b2"}th[aria-sort=descending] button::after{content:" \25bc"}
ul.tree,ul.tree ul{list-style:none;margin:0;padding-left:1.4rem;border-left:1px solid var(--rule)}ul.tree{border:0;padding-left:0}
.ref,svg text{font-family:ui-monospace,monospace}
div.wide{overflow-x:auto}.t{white-space:nowrap}svg.fits{height:auto;max-width:max(100%,50rem)}
svg text{font-size:12px;fill:var(--ink)}svg .name,svg .mark,svg .tick,svg .edge{fill:var(--faint)}
svg .edge,svg .tick{font-size:11px;text-anchor:middle;paint-order:stroke;stroke:var(--paper);stroke-width:3px}
svg text.gap{fill:var(--gap);font-weight:bold}
svg .box{fill:var(--fill);stroke:var(--faint)}svg .box.start{stroke:var(--ink);stroke-width:2}
svg .box.between{fill:none;stroke:var(--rule)}svg .box.possible{stroke-dasharray:5 3}
svg .box.lit{stroke:var(--lit);stroke-width:4}svg .box.gap{stroke:var(--gap);stroke-width:3}
svg .arrow{fill:none;stroke:var(--faint)}svg .arrow.aside{stroke-dasharray:2 4}svg .arrow.lit{stroke:var(--lit);stroke-width:3.5}
svg .arrow.gap{stroke:var(--gap);stroke-width:2.5;stroke-dasharray:8 3}
svg .head path{fill:var(--faint)}svg .head.gap path{fill:var(--gap)}
svg .grid{stroke:var(--rule)}svg .curve{fill:none;stroke:var(--k0);stroke-width:2}
svg .k0{fill:var(--k0)}svg .k1{fill:var(--k1)}svg .k2{fill:var(--k2)}svg .k3{fill:var(--k3)}svg .k4{fill:var(--k4)}svg .k5{fill:var(--k5)}
svg .span.gap{fill:none;stroke:var(--gap);stroke-width:2;stroke-dasharray:4 2}
@media print{div.wide{overflow:visible}body{margin:0;max-width:none;font-size:10pt}details>*{display:block}thead{display:table-header-group}tr,svg{break-inside:avoid}
svg{max-width:100%;height:auto}th button{pointer-events:none}}
)";

// Makes the headers of tables buttons that sort, and shows of a wide picture first what was asked about. Without it the
// page lacks nothing else.
constexpr std::string_view kScript = R"(
for(const wide of document.querySelectorAll("div.wide")){
  const start=wide.querySelector("svg .box.start");
  if(start)wide.scrollLeft=start.getBBox().x-wide.clientWidth/2;
}
for(const table of document.querySelectorAll("table.sorts")){
  const body=table.tBodies[0];
  [...table.tHead.rows[0].cells].forEach((head,column)=>{
    const button=document.createElement("button");
    button.type="button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click",()=>{
      const down=head.getAttribute("aria-sort")==="ascending";
      for(const other of table.tHead.rows[0].cells)other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort",down?"descending":"ascending");
      const text=row=>row.cells[column].textContent;
      const number=head.classList.contains("n");
      const compare=number?(a,b)=>(text(a)===""?-Infinity:+text(a))-(text(b)===""?-Infinity:+text(b))
        :(a,b)=>text(a)<text(b)?-1:text(a)>text(b)?1:0;
      body.append(...[...body.rows].sort((a,b)=>(down?-1:1)*(compare(a,b)||0)));
    });
  });
}
)";

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](std::size_t k) -> std::uint32_t {
      return i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0;
    };
    const std::uint32_t group = byte(0) << 16 | byte(1) << 8 | byte(2);
    for (std::size_t k = 0; k < 4; ++k) out += i + k <= bytes.size() ? kDigits[group >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

std::string hash_of(std::string_view text) { return "'sha256-" + base64(view_of(sha256(text))) + "'"; }

}  // namespace

std::string html_begin(std::string_view title) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src {}; script-src {}; "
      "base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n",
      hash_of(kStyle), hash_of(kScript), for_html(title), kStyle);
}

std::string html_end() { return fmt::format("<script>{}</script>\n</body>\n</html>\n", kScript); }

}  // namespace amont::tool
