"""What there is to build from: splits that never mix, and tables that lead nowhere else."""

import tarfile
from pathlib import Path

import pytest

import canaries
import specimens
from footlights import formats
from footlights.basics.errors import FootlightsError
from footlights.data.sources import Listing, archives, read_source
from footlights.motion.motion import Motion
from recordings import change_row, motion_folder, packed_manifest
from stage import clicks


@pytest.fixture(scope="module")
def dance() -> Motion:
    return canaries.stepping(1.0, bpm=100.0)


@pytest.fixture
def lab(tmp_path, dance) -> Path:
    """A manifest of one clip and its archive."""
    return packed_manifest(tmp_path / "lab", dance, [{"id": "a1"}])


def listed(source: Path, kind: str = "manifest", music: Path | None = None) -> Listing:
    return read_source(kind, source, music, source.parent / "cache")


def test_a_source_that_is_not_there_or_holds_nothing_is_refused(tmp_path):
    with pytest.raises(FootlightsError, match="no motion files"):
        listed(tmp_path, "folder")
    with pytest.raises(FootlightsError, match="no such folder"):
        listed(tmp_path / "nowhere", "folder")
    with pytest.raises(FootlightsError, match="use one of manifest, folder, aist"):
        listed(tmp_path, "zip")


def test_folders_named_after_splits_say_the_split(tmp_path, dance):
    for split in ("train", "test"):
        motion_folder(tmp_path / "mine" / split / "tango", dance, 1)
    clips = listed(tmp_path / "mine", "folder").clips
    assert {(clip.split, clip.style) for clip in clips} == {("train", "tango"), ("test", "tango")}


def test_a_take_in_several_formats_counts_once(tmp_path, dance):
    source = motion_folder(tmp_path / "mine", dance, 2)
    formats.write(dance, source / "take 0.npz")
    listing = listed(source, "folder")
    assert [clip.path.name for clip in listing.clips] == ["take 0.npz", "take 1.bvh"]
    assert listing.left_out == [("take 0.bvh", "the same take as take 0.npz")]


def test_aist_has_its_official_split_and_its_songs(tmp_path):
    lists = Path(formats.__file__).parents[1] / "assets" / "aist"
    train, test, ignored = (
        sorted((lists / f"{name}.txt").read_text().split())
        for name in ("crossmodal_train", "crossmodal_test", "ignore_list")
    )
    assert (len(train), len(test), len(ignored)) == (980, 20, 45) and not set(train) & set(test)

    wanted = {train[0]: "train", test[0]: "test", "gBR_sBM_cAll_d04_mBR0_ch01": "val"}
    unwanted = {ignored[0], "notes", "gBR_sBM_cAll_d99_mBR2_ch01"}
    source = tmp_path / "motions"
    source.mkdir()
    specimen = specimens.aist(tmp_path).read_bytes()
    for name in (*wanted, *unwanted):
        (source / f"{name}.pkl").write_bytes(specimen)
    clicks(source / "mBR0.wav", 2.0)

    listing = listed(source, "aist")
    assert {clip.id: clip.split for clip in listing.clips} == wanted
    assert {name for name, _ in listing.left_out} == unwanted
    assert {clip.id for clip in listing.clips if clip.song} == {n for n in wanted if "mBR0" in n}
    assert not any(clip.commercial for clip in listing.clips)
    assert listing.clips[0].style == "break"


IMPOSSIBLE = [
    ({"split": "dev"}, "is no split"),
    ({"id": "../x"}, "is not plain"),
    ({"fps_true": "fast"}, "fast"),
    ({"skip_start_frames": "-3"}, "cannot skip -3 frames"),
    ({"archive": "gone.tar.xz"}, "missing"),
    ({"archive": ""}, "archive is no file name"),
]


@pytest.mark.parametrize(("change", "line"), IMPOSSIBLE)
def test_an_impossible_manifest_is_refused_in_one_line(lab, change, line):
    change_row(lab / "manifest.csv", **change)
    with pytest.raises(FootlightsError, match=line):
        listed(lab)


OUTSIDE = ["/etc/passwd{}", "../outside{}", "in/../../outside{}", "in\0{}"]


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize(("column", "suffix"), [("path_in_archive", ".bvh"), ("archive", ".tar")])
def test_S1_a_manifest_names_nothing_outside_of_its_folder(lab, column, suffix, name):
    outside = name.format(suffix)
    (lab.parent / f"outside{suffix}").write_text("x")
    text = (lab / "manifest.csv").read_text()
    known = "in/a1.bvh" if column == "path_in_archive" else "pack.tar.xz"
    assert known in text
    (lab / "manifest.csv").write_text(text.replace(known, outside))
    with pytest.raises(FootlightsError, match=rf"{column} (points out|is no)|NUL"):
        listed(lab)


@pytest.mark.parametrize("link", ["in", "in/a1.bvh", "pack.tar.xz"])
def test_S1_a_link_that_leaves_the_folder_is_refused(lab, link):
    away = lab.parent / "away"
    (away / "a1.bvh").parent.mkdir()
    (away / "a1.bvh").write_text("a secret")
    (lab / "pack.tar.xz").rename(away / "pack.tar.xz")
    (lab / link).parent.mkdir(exist_ok=True)
    (lab / link).symlink_to(away if link == "in" else away / Path(link).name)
    with pytest.raises(FootlightsError, match="leads out of the folder by a link"):
        listed(lab)


def test_a_file_beside_the_manifest_needs_no_archive(lab, dance):
    (lab / "in").mkdir()
    formats.write(dance, lab / "in" / "a1.bvh")
    change_row(lab / "manifest.csv", archive="")
    assert listed(lab).clips[0].path == lab / "in" / "a1.bvh"


@pytest.mark.parametrize("name", ["songs/../../x.wav", "songs/a/../../../x.wav"])
def test_S1_a_table_of_songs_names_nothing_outside_of_its_folder(lab, name):
    music = lab.parent / "music"
    (music / "songs").mkdir(parents=True)
    clicks(lab.parent / "x.wav", 2.0)
    (music / "music.csv").write_text(f"file,split,danceable\n{name},train,1\n")
    with pytest.raises(FootlightsError, match="file points out of the folder"):
        listed(lab, music=music)


def test_a_songs_split_is_one_of_three(lab):
    music = lab.parent / "music"
    (music / "songs").mkdir(parents=True)
    clicks(music / "songs" / "x.wav", 2.0)
    (music / "music.csv").write_text("file,split,danceable\nsongs/x.wav,dev,1\n")
    with pytest.raises(FootlightsError, match="x: 'dev' is no split"):
        listed(lab, music=music)


HEADER = (
    b"id,archive,path_in_archive,source,genre,is_dance,fps_true,unit_m,up,skip_start_frames,"
    b"subject,split,licence,commercial,notes\n"
)
TABLES = [
    (b"", "is empty"),
    (b"id,archive\na,x\n", "has no column"),
    (b"\xff\xfe\x00", "save it as UTF-8"),
    (b" " * 60_000_000, "is too large"),
    (HEADER + b"," * 14 + b"\n" + b"a\n" * 1_000_000, "row 2 has too few fields"),
    (HEADER + (b"," * 14 + b"\n") * 200_001, "more than 200000 rows"),
    (HEADER + b'"' + b"x" * 200_000 + b'"\n', "field larger than field limit"),
]


@pytest.mark.parametrize(("content", "line"), TABLES, ids=[line for _, line in TABLES])
def test_S4_a_table_that_is_none_is_refused_in_one_line(tmp_path, content, line):
    (tmp_path / "manifest.csv").write_bytes(content)
    with pytest.raises(FootlightsError, match=line):
        listed(tmp_path)


def test_a_short_row_is_named(lab):
    header = (lab / "manifest.csv").read_text().splitlines()[0]
    (lab / "manifest.csv").write_text(f"{header}\na,x\n")
    with pytest.raises(FootlightsError, match="row 1 has too few fields"):
        listed(lab)


def test_a_table_from_a_spreadsheet_is_read(lab):
    text = (lab / "manifest.csv").read_text()
    (lab / "manifest.csv").write_text("\ufeff" + text.replace("\n", "\r\n"), encoding="utf-8")
    assert [clip.id for clip in listed(lab).clips] == ["a1"]


@pytest.mark.parametrize("size", ["half", "none", "foreign"])
def test_a_damaged_archive_is_refused_and_leaves_nothing_behind(lab, size):
    pack = lab / "pack.tar.xz"
    whole = pack.read_bytes()
    pack.write_bytes({"half": whole[: len(whole) // 2], "none": b"", "foreign": b"no"}[size])
    with pytest.raises(FootlightsError, match="cannot be unpacked"):
        listed(lab)
    assert not list((lab.parent / "cache").iterdir())


def test_S1_an_archive_cannot_write_outside_its_folder(lab, tmp_path):
    (tmp_path / "evil").write_text("x")
    with tarfile.open(lab / "pack.tar.xz", "w:xz") as bundle:
        bundle.add(tmp_path / "evil", "../../escaped")
    with pytest.raises(FootlightsError, match="cannot be unpacked"):
        read_source("manifest", lab, None, tmp_path / "deep" / "cache")
    assert not (tmp_path / "escaped").exists() and not (tmp_path / "deep" / "escaped").exists()


def test_S1_a_link_in_an_archive_is_not_made(lab, tmp_path):
    (tmp_path / "secret.bvh").write_text("a secret")
    link = tarfile.TarInfo("in/a1.bvh")
    link.type, link.linkname = tarfile.SYMTYPE, str(tmp_path / "secret.bvh")
    with tarfile.open(lab / "pack.tar.xz", "w:xz") as bundle:
        bundle.addfile(link)
    (clip,) = listed(lab).clips
    assert not clip.path.is_symlink() and not clip.path.exists()


def test_S4_an_archive_of_more_bytes_or_files_than_it_may_is_refused(lab, monkeypatch):
    for limit in ("_MAX_BYTES", "_MAX_MEMBERS"):
        with monkeypatch.context() as patch, pytest.raises(FootlightsError, match="unpacks to"):
            patch.setattr(archives, limit, 1)
            change_row(lab / "manifest.csv")
            listed(lab)
    assert not list((lab.parent / "cache").iterdir())


def test_S4_an_archive_with_an_endless_name_is_refused_before_it_is_read(lab, tmp_path):
    header = tarfile.TarInfo("././@LongLink")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 1 << 40
    (lab / "pack.tar.xz").write_bytes(header.tobuf(tarfile.GNU_FORMAT) + b"x" * 1024)
    with pytest.raises(FootlightsError, match="a header of 1099511627776 bytes"):
        listed(lab)
