"""Names that are markup or script to a page that does not write them as text, and the watch that notices when one is.

A name that is taken for markup is found in three ways: what it does (a dialog, a variable, a report to the policy of the
page), what it leaves (an element, an attribute or a comment that no page of the product has), and what is missing, for it
is no longer there to the letter.
"""

from __future__ import annotations

import re

from selenium import webdriver

from hands import plain

# Each fits into the shortest name of all, that of a saved view. The number tells apart what differs in case only.
SHAPES = (
    "<script>alert(1)</script>",
    "<ScRiPt>alert(1)</sCrIpT>",
    "<script src=data:,alert(1)></script>",
    "</script><script>alert(1)</script>",
    "<script/x>alert(1)</script>",
    "<script>hit=1//",
    "<<script>alert(1);//<</script>",
    "<img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)>",
    '<img src="x" onerror="alert(1)">',
    "<img src=x onerror=alert(1)//",
    "<img src=javascript:alert(1)>",
    "<IMG SRC=x ONERROR=alert(1)>",
    "<img name=hit id=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg/onload=hit=1>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><a xlink:href=javascript:alert(1)><text>x</text></a>",
    "<math><a xlink:href=javascript:alert(1)>x</a></math>",
    "<body onload=alert(1)>",
    "<iframe src=javascript:alert(1)>",
    "<iframe srcdoc='<script>top.hit=1</script>'>",
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<base href=javascript:alert(1)//>",
    "<link rel=stylesheet href=data:,*{color:red}1>",
    "<meta http-equiv=refresh content=0;url=data:,alert(1)>",
    "<style>*{display:none}1</style>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<form id=hit><input name=alert(1)></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)>",
    "<textarea autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<video src=x onerror=alert(1)>",
    "<audio src=x onerror=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<a href=javascript:alert(1)>x</a>",
    '<a href="java&#10;script:alert(1)">x</a>',
    "<b>bold alert(1)</b>",
    '"><script>alert(1)</script>',
    "'><script>alert(1)</script>",
    '" autofocus onfocus=alert(1) x="',
    "' autofocus onfocus=alert(1) x='",
    '" style="display:none" x="1',
    "` onmouseover=alert(1) `",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)//",
    "data:text/html,<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</bdi></h1><script>alert(1)</script>",
    "--><script>alert(1)</script><!--",
    "<!-- alert(1) -->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;img src=x onerror=alert(1)&#62;",
    "&quot; onfocus=alert(1) x=&quot;",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "\\x3cscript\\x3ealert(1)",
    "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e",
    "{{7*7}}{{constructor.constructor('alert(1)')()}}",
    "{% raw %}${alert(1)}#{alert(1)}<%= alert(1) %>",
    "{ $name } { -brand } alert(1)",
    "\u2066<script>alert(1)</script>\u2069",
    "\u202etpircs<alert(1)>tpircs/<\u202c",
)
PAYLOADS = tuple(shape.replace("alert(1)", f"alert({at})") for at, shape in enumerate(SHAPES, 1))
TURNED = tuple(it for it in PAYLOADS if "\u202e" in it)  # no name may turn round what stands after it
NAMES = tuple(it for it in PAYLOADS if it not in TURNED)

# Runs before anything of a page: what a payload does is kept, and what it would show is not shown.
WATCH = """
window.caught = [];
for (const it of ["alert", "confirm", "prompt", "print"]) window[it] = (text) => caught.push(`${it}(${text})`);
const told = (it) => caught.push(`${it.effectiveDirective} forbids ${it.blockedURI} ${it.sample}`);
document.addEventListener("securitypolicyviolation", told);
"""
# What no page of the product has in it, and so came from a name.
FOREIGN = """
const found = [...(window.caught ?? [])];
if ("hit" in window) found.push("a variable of a payload");
const strange = "iframe, object, embed, base, marquee, math, animate, style, video, audio, img, body link, body meta, b";
for (const it of document.querySelectorAll(`${strange}, script:not([src])`)) found.push(it.outerHTML.slice(0, 120));
for (const it of document.querySelectorAll("*")) {
  if (it instanceof HTMLUnknownElement) found.push(it.outerHTML.slice(0, 120));
  for (const { name, value } of it.attributes) {
    const isScript = /^\\W*(javascript|data):/i.test(value.replace(/\\s/g, "")) && !it.hasAttribute("download");
    const leads = /^(href|xlink:href|src|action|formaction|data)$/.test(name) && isScript;
    if (leads || /^(on|style$|srcdoc$)/i.test(name)) found.push(it.outerHTML.slice(0, 120));
  }
}
const comments = document.createNodeIterator(document, NodeFilter.SHOW_COMMENT);
for (let it; (it = comments.nextNode()); ) found.push(`<!--${it.data}-->`.slice(0, 120));
return found;
"""
SHOWN = """
const texts = [document.title, document.body.textContent];
for (const it of document.querySelectorAll("input, textarea")) texts.push(it.value);
for (const it of document.querySelectorAll("[aria-label], [title]")) texts.push(it.ariaLabel ?? "", it.title);
return texts.join("\\n");
"""
TAKEN = re.compile(r"""^(javascript|data):|<[\w/!<]|&[\w#]|["'] \w""", re.IGNORECASE)
CARELESS = """
const text = arguments[0];
document.open();
document.write(`<!doctype html><title>x</title><body><p>${text}</p><a href="${text}">x</a>`);
document.write(`<input value="${text}"><input value='${text}'></body>`);
document.close();
"""


def watch(driver: webdriver.Chrome) -> None:
    """Lets every page that is opened from now on tell what was done in it."""
    driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})


def shown(driver: webdriver.Chrome) -> str:
    """All that the page says, to the letter: its text, its title, what stands in its fields and what is only heard."""
    return plain(str(driver.execute_script(SHOWN)))


def noticed(driver: webdriver.Chrome, *names: str) -> list[str]:
    """What a name has done to the page at hand, and which of those that it must show it does not show as they are."""
    found: list[str] = driver.execute_script(FOREIGN)
    refused = f"{driver.current_url} - Failed to load resource"  # the page itself, which says why
    log = [it["message"] for it in driver.get_log("browser")]
    found += [it[:200] for it in log if "favicon" not in it and not it.startswith(refused)]
    said = shown(driver) if names else ""
    return found + [f"not shown as it is: {it}" for it in names if plain(it) not in said]


def is_taken(payload: str) -> bool:
    """Whether a page that writes it as it comes, as text and into attributes, becomes another page by it."""
    return TAKEN.search(payload) is not None


def written_carelessly(driver: webdriver.Chrome, payload: str) -> list[str]:
    """What is noticed on a page that writes it as it comes, where no policy stands in the way."""
    driver.get("about:blank")
    driver.execute_script(CARELESS, payload)
    return noticed(driver, payload)


def packed(longest: int) -> list[str]:
    """All of them in names as long as they may be, for what is not made sixty times."""
    names = [""]
    for payload in NAMES:
        joined = f"{names[-1]} {payload}".strip()
        names = [*names[:-1], joined] if len(joined) <= longest else [*names, payload]
    return names
