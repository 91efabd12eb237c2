"""Which files songs become, what is refused before work, and what goes on after a cut."""

import os

import pytest

from footlights.basics.errors import FootlightsError
from footlights.data.dance_folder import DancedSong, ListedDance, read_dances
from footlights.pipeline.catalogue import Catalogue
from footlights.pipeline.dance_options import FORMATS, DanceOptions
from footlights.pipeline.dance_plan import OutputPlan

QUICK = DanceOptions(count=2, formats=("npz", "html"))


def names(paths):
    return [path.name for path in paths]


def listed(name, page, **facts):
    dances = facts.pop("dances", (ListedDance(f"{name}-1", 0),))
    return DancedSong(name, page=page, dances=dances, **facts)


def test_one_song_has_its_page_in_front(tmp_path):
    plan = OutputPlan(["a.wav"], tmp_path, QUICK, "small")
    assert names(plan.files("a")) == ["a-1.npz", "a-2.npz", "index.html"]
    assert plan.place == tmp_path / "index.html"


def test_several_songs_have_a_page_each(tmp_path):
    plan = OutputPlan(["a.wav", "b.wav"], tmp_path, QUICK, "small")
    assert names(plan.files("b")) == ["b-1.npz", "b-2.npz", "b.html"]


def test_films_come_last_and_npz_first(tmp_path):
    options = DanceOptions(count=1, formats=tuple(reversed(FORMATS)))
    files = names(OutputPlan(["a.wav"], tmp_path, options, "small").files("a"))
    assert files[0] == "a-1.npz" and files[-1] == "a-1.mp4"


@pytest.mark.parametrize("there", ["a-2.npz", "index.html", "dances.json"])
def test_an_existing_output_is_refused_by_name(tmp_path, there):
    content = '{"format": "footlights-dances-1", "songs": []}' if there == "dances.json" else "mine"
    (tmp_path / there).write_text(content)
    with pytest.raises(FootlightsError, match=f"{there}: exists already; give --force"):
        OutputPlan(["a.wav"], tmp_path, QUICK, "small").refuse_existing()
    OutputPlan(["a.wav"], tmp_path, QUICK, "small", force=True).refuse_existing()
    assert (tmp_path / there).read_text() == content


@pytest.mark.parametrize(
    "content",
    [
        "{}",
        "[",
        '{"format": "footlights-dances-1",'
        ' "songs": [{"name": "a", "page": null, "dances": [], "tempo": NaN}]}',
        '{"format": "footlights-dances-1", "songs": [{"name": "a", "page": null, "dances": 3}]}',
    ],
)
def test_a_strangers_dances_json_is_refused_and_kept(tmp_path, content):
    (tmp_path / "dances.json").write_text(content)
    with pytest.raises(FootlightsError, match=r"dances.json: is not a list of dances.*--force"):
        OutputPlan(["a.wav"], tmp_path, QUICK, "small")


def test_R1_the_same_plan_goes_on_after_a_cut_and_another_is_refused(tmp_path):
    plan = OutputPlan(["a.wav"], tmp_path, QUICK, "small")
    plan.open()
    (tmp_path / "a-1.npz").write_text("whole")
    again = OutputPlan(["a.wav"], tmp_path, QUICK, "small")
    again.refuse_existing()
    assert [path.name for path in again.files("a") if again.wants(path)] == [
        "a-2.npz",
        "index.html",
    ]
    with pytest.raises(FootlightsError, match="exists already"):
        OutputPlan(
            ["a.wav"], tmp_path, DanceOptions(count=2, seed=1, formats=("npz", "html")), "small"
        ).refuse_existing()
    again.close()
    with pytest.raises(FootlightsError, match="exists already"):
        OutputPlan(["a.wav"], tmp_path, QUICK, "small").refuse_existing()


def test_a_changed_song_is_another_plan(tmp_path, song):
    OutputPlan([song], tmp_path / "out", QUICK, "small").open()
    assert OutputPlan([song], tmp_path / "out", QUICK, "small").resumed
    os.utime(song, (1, 1))
    assert not OutputPlan([song], tmp_path / "out", QUICK, "small").resumed


def test_a_second_song_joins_the_folder_and_the_first_keeps_its_page(tmp_path):
    (tmp_path / "index.html").write_text("page of a")
    Catalogue(tmp_path).add(listed("a", "index.html"))
    plan = OutputPlan(["b & <i>.wav"], tmp_path, QUICK, "small")
    plan.refuse_existing()
    plan.catalogue.free_front_page()
    plan.catalogue.add(listed("b & _i_", "b & _i_.html"))
    plan.catalogue.write_front_page()
    assert (tmp_path / "a.html").read_text() == "page of a"
    front = (tmp_path / "index.html").read_text()
    assert 'href="./a.html"' in front and 'href="./b%20%26%20_i_.html">b &amp; _i_<' in front
    assert [song.page for song in read_dances(tmp_path)] == ["a.html", "b & _i_.html"]


def test_the_front_page_tells_length_tempo_and_styles_where_the_list_does(tmp_path):
    dances = (ListedDance("a-1", 0, "salsa <b>"), ListedDance("a-2", 1))
    catalogue = Catalogue(tmp_path)
    catalogue.add(listed("a", "a.html", seconds=62.4, tempo=119.6, dances=dances))
    catalogue.add(listed("b", "b.html"))
    catalogue.write_front_page()
    front = (tmp_path / "index.html").read_text()
    assert "<td>2</td><td>1:02</td><td>120</td><td>salsa &lt;b&gt;</td>" in front
    assert "<td>1</td><td>–</td><td>–</td><td>–</td>" in front


def test_a_foreign_front_page_is_not_replaced_by_the_list(tmp_path):
    Catalogue(tmp_path).add(listed("a", None))
    (tmp_path / "index.html").write_text("mine")
    with pytest.raises(FootlightsError, match=r"index\.html: exists already"):
        OutputPlan(["b.wav"], tmp_path, QUICK, "small").refuse_existing()


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"formats": ("fbx",)}, "--formats: no format called fbx; choose from npz"),
        ({"formats": ()}, "--formats: no format"),
        ({"count": 0}, "--count: 0 dances"),
        ({"seed": -1}, "--seed"),
        ({"energy": float("nan")}, "--energy"),
        ({"start": float("inf")}, "--start"),
        ({"seconds": 0.05}, "--seconds"),
    ],
)
def test_impossible_wishes_are_refused_with_what_is_possible(wrong, what):
    with pytest.raises(FootlightsError, match=what):
        DanceOptions(**wrong)


def test_S1_only_our_own_names_are_surplus(tmp_path):
    first = ListedDance("a-1", 0, files={"npz": "a-1.npz"})
    second = ListedDance("a-2", 1, files={"npz": "a-2.npz", "mp4": "b-2.mp4", "glb": "a-2.txt"})
    Catalogue(tmp_path).add(listed("a", None, dances=(first, second)))
    surplus = Catalogue.read(tmp_path).surplus_files(listed("a", None))
    assert names(surplus) == ["a-2.npz"]


def test_R1_two_calls_at_work_in_one_folder_have_notes_of_their_own(tmp_path):
    one, other = (tmp_path / name for name in ("one.wav", "other.wav"))
    for song in (one, other):
        song.write_bytes(b"RIFF")
    plans = [OutputPlan([song], tmp_path / "out", QUICK, "small") for song in (one, other)]
    for plan in plans:
        plan.open()
    # The second ends well, the first is killed: the same command still goes on with the first.
    plans[1].close()
    assert OutputPlan([one], tmp_path / "out", QUICK, "small").resumed
    assert not OutputPlan([other], tmp_path / "out", QUICK, "small").resumed
