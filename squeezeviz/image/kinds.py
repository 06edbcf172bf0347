"""What a file is, by its content: pictures, and everything else that comes under a picture's name."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ENDINGS", "HEIC", "RAW", "READ", "TIFF", "Kind", "kind_of"]

#: The formats that are read, as they are spoken of.
READ = "JPEG, PNG, WebP, HEIC, AVIF, GIF, TIFF, BMP …"
_NAMED = (
    ".jpg .jpeg .jpe .jfif .mpo .png .apng .webp .gif .heic .heics .heif .heifs .hif .avif .avifs .tif .tiff .bmp .dib "
    ".jp2 .j2k .j2c .jpc .jpf .jpx .psd .pbm .pgm .ppm .pnm .pfm .ico .qoi .sgi .rgb .rgba .bw .ras .dds .pcx .tga "
    ".icb .vda .vst"
)
#: What their files' names end in. It is the content that counts; in a folder, names say what is meant to be a photo.
ENDINGS = frozenset(_NAMED.split())


@dataclass(frozen=True)
class Kind:
    """What a file is.

    Attributes:
        spoken: What a person calls it, with its article.
        advice: What to do with it, where it is no picture; empty for a picture of a format that is read.
    """

    spoken: str
    advice: str = ""

    @property
    def is_read(self) -> bool:
        """Whether it is a picture of a format that is read."""
        return not self.advice


_EXPORT = "export it as PNG or JPEG"
_FRAME = "save one frame of it as PNG or JPEG"
_UNPACK = "unpack it, and take a picture out of it"
_DEVELOP = "develop it: export it as JPEG or TIFF in a photo program"
_ARRAY = "open it with {}, and give one picture of it as an array uint8 (H, W, 3) or (H, W)"

#: What is not decoded as the others are.
TIFF, HEIC, RAW = Kind("a TIFF"), Kind("HEIC/HEIF"), Kind("a camera's RAW file", _DEVELOP)
_PNG, _JPEG, _GIF = Kind("a PNG"), Kind("a JPEG"), Kind("a GIF")
_JPEG2000, _AVIF = Kind("a JPEG 2000"), Kind("an AVIF")
_ZIP = Kind("a ZIP archive (or an Office document)", _UNPACK)
_ARCHIVE = Kind("a packed archive", _UNPACK)
_VIDEO = Kind("a video", _FRAME)
_SOUND = Kind("a sound recording", "give a picture")
_POSTSCRIPT = Kind("an EPS or PostScript drawing", _EXPORT)
_METAFILE = Kind("a Windows metafile drawing (WMF or EMF)", _EXPORT)
_ICON = Kind("an icon file", _EXPORT)
_HDR = Kind("a high dynamic range picture", "tone-map it, and export it as PNG or JPEG")
_JPEGXL = Kind("a JPEG XL", _EXPORT)
_PROGRAM = Kind("a program", "give a picture")
_POINTER = Kind("a Git LFS pointer, which stands for the file", "fetch the file itself: git lfs pull")

# (offset, bytes there, kind); the first that fits is taken.
_SIGNATURES = (
    (0, b"\x89PNG", _PNG),
    (0, b"\xff\xd8\xff", _JPEG),
    (0, b"GIF8", _GIF),
    (8, b"CR\x02\x00", RAW),
    (0, b"II*\x00", TIFF),
    (0, b"MM\x00*", TIFF),
    (0, b"II+\x00", TIFF),
    (0, b"MM\x00+", TIFF),
    (0, b"\x00\x00\x00\x0cjP  ", _JPEG2000),
    (0, b"\xff\x4f\xff\x51", _JPEG2000),
    (0, b"8BPS", Kind("a Photoshop document")),
    (0, b"\x00\x00\x01\x00", Kind("an icon (ICO)")),
    (0, b"\x01\xda\x00", Kind("an SGI picture")),
    (0, b"\x01\xda\x01", Kind("an SGI picture")),
    (0, b"\x59\xa6\x6a\x95", Kind("a Sun raster picture")),
    (0, b"qoif", Kind("a QOI")),
    (0, b"DDS ", Kind("a DDS texture")),
    (0, b"%PDF", Kind("a PDF document", "export a page of it as PNG or JPEG")),
    (0, b"%!PS", _POSTSCRIPT),
    (0, b"\xc5\xd0\xd3\xc6", _POSTSCRIPT),
    (0, b"\xd7\xcd\xc6\x9a", _METAFILE),
    (40, b" EMF", _METAFILE),
    (0, b"GRIB", Kind("a GRIB file (weather data)", _ARRAY.format("cfgrib"))),
    (0, b"BUFR", Kind("a BUFR file (weather data)", _ARRAY.format("eccodes"))),
    (0, b"SIMPLE  =", Kind("a FITS file (astronomical data)", _ARRAY.format("astropy.io.fits"))),
    (0, b"\x89HDF\r\n\x1a\n", Kind("an HDF5 file (arrays)", _ARRAY.format("h5py"))),
    (0, b"CDF\x01", Kind("a NetCDF file (arrays)", _ARRAY.format("xarray"))),
    (0, b"MATLAB ", Kind("a MATLAB file (arrays)", _ARRAY.format("scipy.io.loadmat, or h5py,"))),
    (0, b"\x93NUMPY", Kind("a NumPy array", "give it as an array: numpy.load")),
    (128, b"DICM", Kind("a DICOM file (medical imaging)", _ARRAY.format("pydicom"))),
    (0, b"\x00\x00\x01\xba", _VIDEO),
    (0, b"\x00\x00\x01\xb3", _VIDEO),
    (0, b"\x1aE\xdf\xa3", _VIDEO),
    (0, b"FLV", _VIDEO),
    (0, b"\x30\x26\xb2\x75", _VIDEO),
    (4, b"moov", _VIDEO),
    (4, b"mdat", _VIDEO),
    (0, b"OggS", Kind("an Ogg file (sound or video)", _FRAME)),
    (0, b"ID3", _SOUND),
    (0, b"fLaC", _SOUND),
    (0, b"FUJIFILMCCD-RAW", RAW),
    (0, b"IIRO", RAW),
    (0, b"IIRS", RAW),
    (0, b"MMOR", RAW),
    (0, b"IIU\x00", RAW),
    (0, b"FOVb", RAW),
    (0, b"\x00MRM", RAW),
    (0, b"gimp xcf", Kind("a GIMP document (XCF)", _EXPORT)),
    (0, b"\xff\x0a", _JPEGXL),
    (0, b"\x00\x00\x00\x0cJXL ", _JPEGXL),
    (0, b"II\xbc", Kind("a JPEG XR", _EXPORT)),
    (0, b"\x76\x2f\x31\x01", _HDR),
    (0, b"#?RADIANCE", _HDR),
    (0, b"AT&TFORM", Kind("a DjVu document", "export a page of it as PNG or JPEG")),
    (0, b"icns", _ICON),
    (0, b"\x00\x00\x02\x00", _ICON),
    (0, b"PK\x03\x04", _ZIP),
    (0, b"PK\x05\x06", _ZIP),
    (0, b"\x1f\x8b", Kind("a gzip archive", _UNPACK)),
    (0, b"BZh", _ARCHIVE),
    (0, b"\xfd7zXZ\x00", _ARCHIVE),
    (0, b"7z\xbc\xaf\x27\x1c", _ARCHIVE),
    (0, b"Rar!", _ARCHIVE),
    (0, b"\x28\xb5\x2f\xfd", _ARCHIVE),
    (257, b"ustar", Kind("a tar archive", _UNPACK)),
    (0, b"\xd0\xcf\x11\xe0", Kind("an old Office document, or a folder's Thumbs.db", "give the picture itself")),
    (
        0,
        b"\x00\x05\x16\x07",
        Kind("what macOS notes about a file (its name begins with ._)", "give the file without ._"),
    ),
    (0, b"\x00\x00\x00\x01Bud1", Kind("a folder's .DS_Store", "give the picture itself")),
    (0, b"SQLite format 3\x00", Kind("a database", "give a picture")),
    (0, b"\x7fELF", _PROGRAM),
    (0, b"MZ\x90", _PROGRAM),
    (0, b"version https://git-lfs", _POINTER),
    (
        0,
        b"/annex/objects/",
        Kind("a git-annex pointer, which stands for the file", "fetch the file itself: git annex get"),
    ),
)

_RIFF = {
    b"WEBP": Kind("a WebP"),
    b"AVI ": _VIDEO,
    b"WAVE": _SOUND,
    b"CDR": Kind("a CorelDRAW drawing", _EXPORT),
}
# Brands of files in boxes (ISO/IEC 14496-12). Both HEIF and AVIF may call themselves "mif1" first.
_BRANDS = {
    b"avif": _AVIF,
    b"avis": _AVIF,
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"), HEIC),
    b"crx ": RAW,
    b"jxl ": _JPEGXL,
}


_TEXT = Kind("text", "give a picture")
_HTML = Kind("a web page (of a login or an error, perhaps)", "open its address in a browser, and save the picture")
# (how a text begins, what stands near its beginning, kind)
_WRITTEN = (
    (("<svg", "<?xml", "<!doctype svg", "<!--"), "<svg", Kind("an SVG drawing", _EXPORT)),
    (("<!doctype html", "<html", "<head", "<body", "<script", "<!--"), "", _HTML),
    (("{", "["), '":', Kind("JSON text", "give the picture itself, not what a server says about it")),
    (("",), "", _TEXT),
)


def kind_of(content: bytes) -> Kind | None:
    """Return what a file is by its first bytes; None if they say nothing."""
    return _nothing(content) or _signed(content) or _contained(content) or _written(content)


def _nothing(content: bytes) -> Kind | None:
    if not content:
        return Kind("an empty file", "save or download it again")
    if content[0] == content[-1] == 0 and content.count(0) == len(content):
        return Kind("nothing but zero bytes", "it was never copied or downloaded to its end: do so again")
    return None


def _signed(content: bytes) -> Kind | None:
    for offset, signature, kind in _SIGNATURES:
        if content.startswith(signature, offset):
            return kind
    if content.startswith(b"BM") and content[15:18] == b"\0\0\0":  # the upper bytes of its second header's size
        return Kind("a BMP")
    if content[:1] == b"P" and content[1:2] in b"123456" and content[2:3].isspace():
        return Kind("a PNM picture (PBM, PGM or PPM)")
    return None


def _contained(content: bytes) -> Kind | None:
    """Return what a file of chunks (RIFF) or boxes (ISO/IEC 14496-12) is, by what it calls itself."""
    if content.startswith(b"RIFF"):
        return _RIFF.get(content[8:12], Kind("a RIFF file", _EXPORT))
    if not content.startswith(b"ftyp", 4):
        return None
    end = min(int.from_bytes(content[:4], "big"), 256)
    brands = [content[8:12], *(content[at : at + 4] for at in range(16, end, 4))]
    found = [_BRANDS[brand] for brand in brands if brand in _BRANDS]
    if not found:
        return _VIDEO
    return _AVIF if _AVIF in found and brands[0] in (b"mif1", b"msf1") else found[0]


def _written(content: bytes) -> Kind | None:
    """Return what a text is; None if it is none."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16
        return _TEXT
    head = content[:2048]
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        if exc.start < len(head) - 3 or len(content) <= len(head):  # else cut in the middle of a character
            return None
        text = head[: exc.start].decode("utf-8-sig")
    if any(character < " " and character not in "\t\n\r\f\x1b" for character in text):
        return None
    lowered = text.lstrip().lower()
    return next(kind for starts, near, kind in _WRITTEN if lowered.startswith(starts) and near in lowered)
