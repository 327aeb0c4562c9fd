"""Writes the files that no muxer writes: boxes broken by hand, and rare ones that are valid all the same.

    break.py FOLDER          small ones, from the ordinary files already in FOLDER
    break.py --made FOLDER   sparse ones, too large for a repository
"""
import struct
import sys
from pathlib import Path

CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"mvex", b"moof", b"traf", b"mfra", b"dinf"}


def box(kind, payload):
    return struct.pack(">I4s", len(payload) + 8, kind) + payload


def wide_box(kind, payload):
    return struct.pack(">I4sQ", 1, kind, len(payload) + 16) + payload


def parse(data):
    """[kind, payload or children] for each box; media stays bytes."""
    at, found = 0, []
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        head = 8
        if size == 1:
            size, head = struct.unpack_from(">Q", data, at + 8)[0], 16
        payload = data[at + head:at + size]
        found.append([kind, parse(payload) if kind in CONTAINERS else payload])
        at += size
    return found


def build(tree):
    return b"".join(box(kind, payload if isinstance(payload, bytes) else build(payload)) for kind, payload in tree)


def find(tree, path):
    """The first node at e.g. 'moov/trak/mdia/mdhd'; 'trak#1' is the second one."""
    for part in path.split("/"):
        name, _, number = part.partition("#")
        tree = [node for node in tree if node[0] == name.encode()][int(number or 0)]
        last, tree = tree, tree[1]
    return last


def main(folder):
    def read(name):
        return (folder / name).read_bytes()

    def write(name, data):
        (folder / name).write_bytes(data)

    def edited(name, source, *edits):
        """Each edit is (path, function of the payload)."""
        tree = parse(read(source))
        for path, change in edits:
            node = find(tree, path)
            node[1] = change(node[1])
        write(name, build(tree))

    def put(offset, fmt, *values):
        def change(payload):
            data = bytearray(payload)
            struct.pack_into(fmt, data, offset, *values)
            return bytes(data)
        return change

    last, first, fragmented = "h264-aac-moov-last.mp4", "h264-aac.mp4", "fragmented-mfra.mp4"
    video = "moov/trak/mdia/minf/stbl"

    # Cut short.
    write("truncated-moov-first.mp4", read(first)[:len(read(first)) * 2 // 3])
    write("truncated-moov-last.mp4", read(last)[:len(read(last)) * 2 // 3])
    write("truncated-fragmented.mp4", read(fragmented)[:len(read(fragmented)) * 2 // 3])
    tree = parse(read(first))
    write("no-movie-header.mp4", build([node for node in tree if node[0] != b"moov"]))

    # Sizes.
    tree = parse(read(first))
    media = find(tree, "mdat")[1]
    write("valid-mdat-size-0.mp4", build(tree[:-1]) + struct.pack(">I4s", 0, b"mdat") + media)
    write("valid-mdat-64-bit-size.mp4", build([n for n in tree if n[0] not in (b"mdat", b"moov", b"free")])
          + wide_box(b"mdat", find(parse(read(last)), "mdat")[1]) + build([find(parse(read(last)), "moov")]))
    write("broken-size-1-without-long-size.mp4", build(tree[:-1]) + struct.pack(">I4sQ", 1, b"mdat", 0) + media)
    write("broken-size-5.mp4", build(tree[:1]) + struct.pack(">I4s", 5, b"moov") + media)
    write("broken-size-2-64-less-1.mp4", build(tree[:1]) + struct.pack(">I4sQ", 1, b"moov", 2 ** 64 - 1) + media)
    data = bytearray(read(last))
    at = data.index(b"trak") - 4
    struct.pack_into(">I", data, at, 0x7FFFFFFF)
    write("broken-child-past-its-parent.mp4", bytes(data))
    data = bytearray(read(first))
    at = data.index(b"moov") - 4
    struct.pack_into(">I", data, at, 0x7FFFFFFF)
    write("broken-moov-past-the-end.mp4", bytes(data))
    data = bytearray(read(last))
    at = data.index(b"udta") - 4
    struct.pack_into(">I", data, at, 1 << 30)
    write("broken-udta-1-gb.mp4", bytes(data))

    # Nested 10,000 deep, as a movie header and inside a good one.
    deep = b""
    for _ in range(10_000):
        deep = box(b"moov", deep)
    tree = parse(read(last))
    write("broken-nested-10000.mp4", build(tree[:1]) + deep)
    deep = b""
    for _ in range(10_000):
        deep = box(b"trak", deep)
    find(tree, "moov")[1].insert(1, [b"udta", deep])
    write("valid-nested-10000-in-udta.mp4", build(tree))

    # Tables, times, edits.
    edited("broken-stts-2-32-entries.mp4", last, (f"{video}/stts", put(4, ">I", 2 ** 32 - 1)))
    edited("broken-stsd-empty.mp4", last, (f"{video}/stsd", lambda p: p[:8]))
    edited("broken-elst-2-32-entries.mp4", last, ("moov/trak/edts/elst", put(4, ">I", 2 ** 32 - 1)))
    edited("broken-chunks-past-the-end.mp4", last, (f"{video}/stco", put(8, ">I", 0x7FFFFFF0)))
    edited("broken-timescale-0.mp4", last, ("moov/trak/mdia/mdhd", put(12, ">I", 0)))
    edited("broken-movie-timescale-0.mp4", last, ("moov/mvhd", put(12, ">I", 0)))
    edited("broken-picture-0x0.mp4", "vp9-opus.mp4", (f"{video}/stsd", put(40, ">HH", 0, 0)), ("moov/trak/tkhd", put(76, ">II", 0, 0)))
    # The encoder's own parameters say what the picture is, whatever stands beside them.
    edited("lying-picture-size.mp4", "picture-320x240.mp4", (f"{video}/stsd", put(40, ">HH", 1_280, 720)), ("moov/trak/tkhd", put(76, ">II", 1_280 << 16, 720 << 16)))
    edited("valid-picture-size-missing.mp4", last, (f"{video}/stsd", put(40, ">HH", 0, 0)))
    edited("lying-movie-duration.mp4", "five-seconds.mp4",
           ("moov/mvhd", put(16, ">I", 60_000)), ("moov/trak/tkhd", put(20, ">I", 60_000)), ("moov/trak/edts/elst", put(8, ">I", 60_000)),
           ("moov/trak/mdia/mdhd", lambda p: put(16, ">I", struct.unpack_from(">I", p, 12)[0] * 60)(p)))
    edited("valid-movie-duration-unknown.mp4", last, ("moov/mvhd", put(16, ">I", 2 ** 32 - 1)))

    def version1(times_at, is_track):
        def change(p):
            made, changed = struct.unpack_from(">II", p, 4)
            if is_track:
                number, zero, duration = struct.unpack_from(">III", p, 12)
                return b"\1" + p[1:4] + struct.pack(">QQIIQ", made, changed, number, zero, times_at or duration) + p[24:]
            scale, duration = struct.unpack_from(">II", p, 12)
            return b"\1" + p[1:4] + struct.pack(">QQIQ", made, changed, scale, times_at or duration) + p[20:]
        return change

    edited("valid-64-bit-times.mp4", last, ("moov/mvhd", version1(0, False)), ("moov/trak/tkhd", version1(0, True)),
           ("moov/trak/mdia/mdhd", version1(0, False)))
    edited("valid-duration-2-64-less-1.mp4", last, ("moov/mvhd", version1(2 ** 64 - 1, False)), ("moov/trak/tkhd", version1(2 ** 64 - 1, True)),
           ("moov/trak/mdia/mdhd", version1(2 ** 64 - 1, False)))
    edited("broken-duration-2-64-less-2.mp4", last, ("moov/mvhd", version1(2 ** 64 - 2, False)), ("moov/trak/tkhd", version1(2 ** 64 - 2, True)),
           ("moov/trak/mdia/mdhd", version1(2 ** 64 - 2, False)), ("moov/trak/edts/elst", lambda p: b"\1" + p[1:8] + struct.pack(">QqI", 2 ** 64 - 2, 0, 1 << 16)),
           (f"{video}/stts", put(8, ">II", 2 ** 32 - 1, 2 ** 32 - 1)))
    edited("valid-negative-composition-offsets.mp4", last, (f"{video}/ctts", lambda p: b"\1" + p[1:8]
           + b"".join(struct.pack(">Ii", count, offset - 2_048) for count, offset in struct.iter_unpack(">II", p[8:]))))
    edited("valid-co64.mp4", last, (f"{video}", lambda children: [
        [b"co64", p[:8] + b"".join(struct.pack(">Q", offset) for (offset,) in struct.iter_unpack(">I", p[8:]))] if kind == b"stco" else [kind, p]
        for kind, p in children]))

    # Protection.
    pssh = b"\0\0\0\0" + bytes.fromhex("edef8ba979d64acea3c827dcd51d21ed") + struct.pack(">I", 0)
    edited("encrypted-pssh.mp4", last, ("moov", lambda children: [*children, [b"pssh", pssh]]))
    write("encrypted-cbcs.mp4", read("encrypted-cenc.mp4").replace(b"schm\0\0\0\0cenc", b"schm\0\0\0\0cbcs"))

    # Fragments.
    data = read(fragmented)
    write("fragmented-without-fragments.mp4", build([n for n in parse(data) if n[0] in (b"ftyp", b"moov")]))
    write("segment-without-movie-header.mp4", build([[b"styp", b"msdh\0\0\0\0msdhmsix"]] + [n for n in parse(data) if n[0] in (b"moof", b"mdat")]))
    tree = parse(data)
    for node in tree:
        if node[0] == b"mfra":
            for kind, _ in node[1]:
                pass
            node[1] = [[kind, (p[:16] + b"\xff" * (len(p) - 16)) if kind == b"tfra" else p] for kind, p in node[1]]
    write("valid-despite-broken-tfra.mp4", build(tree))
    tree = parse(data)
    last_moof = [n for n in tree if n[0] == b"moof"][-1]
    trun = find(last_moof[1], "traf/trun")
    trun[1] = put(4, ">I", 2 ** 32 - 1)(trun[1])
    write("broken-trun-2-32-samples.mp4", build(tree))
    tree = parse(data)
    for node in tree:
        if node[0] == b"moof":
            node[1] = [[k, [c for c in p if c[0] != b"tfdt"] if k == b"traf" else p] for k, p in node[1]]
    write("valid-fragments-without-tfdt.mp4", build([n for n in tree if n[0] != b"mfra"]))

    # Other uses of the same boxes.
    write("heic.mp4", box(b"ftyp", b"heic\0\0\0\0mif1heic") + box(b"meta", b"\0" * 200))
    write("cover-bomb.png", png(65_535, 65_535))
    write("cover-8192.png", png(8_192, 8_192))
    write("cover-cut.jpg", read("cover.jpg")[:len(read("cover.jpg")) // 2])
    write("cover-cut.png", read("cover.png")[:len(read("cover.png")) // 2])
    data = bytearray(read("cover.jpg"))
    at = data.index(b"\xff\xc0")
    struct.pack_into(">HH", data, at + 5, 8_000, 8_000)
    write("cover-bomb.jpg", bytes(data))


def png(width, height):
    """A header that promises a picture which the data can't hold."""
    import zlib

    def chunk(kind, payload):
        return struct.pack(">I", len(payload)) + kind + payload + struct.pack(">I", zlib.crc32(kind + payload))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 10_000)) + chunk(b"IEND", b"")


def made(folder):
    small = folder.parent / "small"
    tree = parse((small / "h264-aac-moov-last.mp4").read_bytes())
    head, media, movie = build([n for n in tree if n[0] == b"ftyp"]), find(tree, "mdat")[1], find(tree, "moov")
    # Almost 4 GB of media that nobody has to store.
    with open(folder / "sparse-4-gb.mp4", "wb") as file:
        size = (4 << 30) - len(head) - len(build([movie]))
        file.write(head + struct.pack(">I4sQ", 1, b"mdat", size) + media)
        file.seek(len(head) + size)
        file.write(build([movie]))
    # A udta of 1 GB in front of the tracks, all of it there.
    with open(folder / "sparse-udta-1-gb.mp4", "wb") as file:
        tracks = build(movie[1][1:])
        header = build(movie[1][:1])
        udta = 1 << 30
        file.write(head + box(b"mdat", media) + struct.pack(">I4s", 8 + len(header) + udta + len(tracks), b"moov") + header + struct.pack(">I4s", udta, b"udta"))
        file.seek(udta - 8, 1)
        file.write(tracks)


if __name__ == "__main__":
    if sys.argv[1] == "--made":
        made(Path(sys.argv[2]).resolve())
    else:
        main(Path(sys.argv[1]).resolve())
