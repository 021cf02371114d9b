"""Made for tired hands and eyes: axe, targets, focus, reflow, contrast modes, motion."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from unclench.figures.colours import contrast

PAGES = [
    "/explore/",
    "/explore/?regimen=pump 200 micrograms/day&against=stopped&span=week&spasms=12",
    "/explore/?kg=heavy&against=own",
    "/help/",
    "/library/?q=clearance",
    "/library/oral.clearance/",
    "/library/sources/",
    "/no-such-page/",
]
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 320, "height": 640}

SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL_TARGETS = """() => [...document.querySelectorAll(
    'button, select, summary, textarea, input:not([type=hidden], [type=radio], [type=checkbox]),' +
    ' .pick, .button, .alone, .rooms a, .home, .emergency, .shelf a, .lines a')]
  .filter(e => e.checkVisibility({visibilityProperty: true}))
  .map(e => [e.getBoundingClientRect(), e.outerHTML.slice(0, 90)])
  .filter(([box]) => box.width > 1 && (box.width < 43.99 || box.height < 43.99))
  .map(([box, html]) => `${Math.round(box.width)} x ${Math.round(box.height)} ${html}`)"""


def axe_says(page) -> list[str]:
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    return [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found.response["violations"]]


@pytest.mark.parametrize("viewport", [PHONE, WIDE], ids=["320", "1280"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_nothing(visit, address, scheme, viewport):
    page = visit(address, color_scheme=scheme, viewport=viewport)
    assert axe_says(page) == []
    assert page.evaluate(SIDEWAYS) == 0
    assert page.evaluate(SMALL_TARGETS) == []


@pytest.mark.parametrize(
    "options",
    [
        {"low_energy": True},
        {"low_energy": True, "viewport": PHONE, "theme": "dark"},
        {"forced_colors": "active"},
        {"contrast": "more"},
        {"contrast": "more", "color_scheme": "dark"},
    ],
    ids=["low", "low phone dark", "forced", "contrast", "contrast dark"],
)
def test_axe_finds_nothing_in_other_ways_of_seeing(visit, options):
    page = visit(PAGES[1], **options)
    assert axe_says(page) == []
    assert page.evaluate(SIDEWAYS) == 0
    assert page.evaluate(SMALL_TARGETS) == []


@pytest.mark.parametrize("address", PAGES[:4])
def test_it_can_be_read_at_400_percent(visit, address):
    page = visit(address, viewport={"width": 320, "height": 225})
    assert page.evaluate(SIDEWAYS) == 0
    page.locator("h1").first.scroll_into_view_if_needed()


@pytest.mark.parametrize("address", PAGES[:4])
def test_wider_spacing_of_letters_and_words_hides_nothing(visit, address):
    page = visit(address, viewport=PHONE, bypass_csp=True)
    page.add_style_tag(
        content="* { line-height: 1.5 !important; letter-spacing: .12em !important;"
        " word-spacing: .16em !important } p { margin-block-end: 2em !important }"
    )
    assert page.evaluate(SIDEWAYS) == 0


def test_letters_twice_as_large_hide_nothing(visit):
    page = visit("/explore/", bypass_csp=True, viewport={"width": 640, "height": 640})
    page.add_style_tag(content="html { font-size: 225% !important }")
    assert page.evaluate(SIDEWAYS) == 0


@pytest.mark.parametrize("viewport", [PHONE, WIDE], ids=["320", "1280"])
def test_every_stop_of_the_keyboard_can_be_seen(visit, viewport):
    page = visit("/explore/", viewport=viewport)
    seen = set()
    for _ in range(120):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            """() => {
              const e = document.activeElement;
              if (e === document.body) return null;
              const box = e.getBoundingClientRect();
              const ring = e.matches('.pick *') ? e.closest('.pick') : e;
              const style = getComputedStyle(ring);
              const x = box.left + Math.min(box.width, innerWidth) / 2;
              const half = Math.min(box.height, 40) / 2;
              const y = Math.min(innerHeight - 2, Math.max(2, box.top + half));
              const top = document.elementFromPoint(x, y);
              return {
                what: e.outerHTML.slice(0, 100),
                ring: parseFloat(style.outlineWidth),
                seen: box.bottom > 0 && box.top < innerHeight && !!top &&
                      (e.contains(top) || top.contains(e) || ring.contains(top)),
              };
            }"""
        )
        if stop is None:
            break
        assert stop["ring"] >= 3, stop
        assert stop["seen"], stop
        seen.add(stop["what"])
    assert len(seen) > 20


def test_with_reduced_motion_nothing_moves(visit):
    page = visit(PAGES[1], reduced_motion="reduce")
    assert page.evaluate("document.getAnimations().length") == 0
    page.locator("#rate").fill("300")
    page.wait_for_url("**pump+300**")
    assert page.evaluate("document.getAnimations().length") == 0


def test_in_low_energy_nothing_moves_and_letters_are_larger(visit):
    usual = visit("/explore/").evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    page = visit(PAGES[1], low_energy=True)
    assert page.evaluate("document.getAnimations().length") == 0
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") > 1.1 * usual


@pytest.mark.parametrize(
    ("scheme", "theme", "is_dark"),
    [
        ("dark", None, True),
        ("light", None, False),
        ("light", "dark", True),
        ("dark", "light", False),
    ],
)
def test_dark_follows_the_device_unless_the_person_chose(visit, scheme, theme, is_dark):
    page = visit("/help/", color_scheme=scheme, theme=theme)
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    levels = [int(part) for part in ground.removeprefix("rgb(").removesuffix(")").split(",")]
    assert (sum(levels) < 200) == is_dark


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_in_charts_can_be_read_where_they_stand(visit, scheme):
    page = visit(PAGES[1], color_scheme=scheme)
    pairs = page.evaluate(
        """() => {
          const hex = c => '#' + c.match(/\\d+/g).slice(0, 3)
            .map(n => (+n).toString(16).padStart(2, '0')).join('');
          const ground = e => {
            for (let p = e; p; p = p.parentElement) {
              const c = getComputedStyle(p).backgroundColor;
              if (c.startsWith('rgb(')) return hex(c);
            }
          };
          return [...document.querySelectorAll('.figure text')]
            .filter(t => t.checkVisibility())
            .map(t => [hex(getComputedStyle(t).fill), ground(t), t.textContent]);
        }"""
    )
    assert len(pairs) > 20
    for ink, ground, words in pairs:
        assert contrast(ink.upper(), ground.upper()) >= 7, words


def test_in_forced_colours_the_chosen_example_can_be_read(visit):
    page = visit(PAGES[1].replace("&spasms=12", ""), forced_colors="active")
    chosen = page.locator(".begin [aria-current]")
    ink, ground = chosen.evaluate(
        "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"
    )
    assert ink != ground


def test_paper_shows_the_answer_and_not_the_controls(visit):
    page = visit("/explore/")
    page.emulate_media(media="print")
    assert page.locator("#finding").is_visible()
    assert not page.locator("#plan").is_visible()
