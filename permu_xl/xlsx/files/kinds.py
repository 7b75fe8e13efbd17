"""Telling what a file is that is no workbook of ours, by its content: endings lie."""

from __future__ import annotations

from permu_xl.text import printable

OLE_SIGNATURE = bytes.fromhex("D0CF11E0A1B11AE1")
"""Begins an encrypted workbook and an old .xls alike."""

LOCKED = (
    "设有打开密码，或设了写保护：打开时要输密码的，请取消密码；打开时不问密码的是写保护"
    "（Excel 会因此把文件加密），请在 Excel 或 WPS 中打开，去掉保护、另存为 .xlsx 后再试"
)
"""What to say of an encrypted workbook; Excel encrypts a write-protected one by itself."""

SCRAMBLED = "被文档加密软件加密了，请先解密，或请信息人员把本程序的 Python 列为信任程序后再试"
"""What to say of a file that an office's encryption agent has scrambled."""
_AGENTS = (b"E-SafeNet", b"%TSD-Header")
"""What two widespread agents write into the first bytes."""
_AGENT_BYTES = 512
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OLD_WORKBOOK = tuple(name.encode("utf-16-le") for name in ("Workbook\0", "Book\0"))
"""The streams of an .xls, as its directory names them."""
_TEXT_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_SAMPLE = 4096
_SHOWN = 80
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument."
_KINDS = {b"spreadsheet": "ODF 电子表格（.ods）", b"text": "ODF 文档（.odt）"}


def describe_no_zip(raw: bytes) -> str:
    """Return what is wrong with a file that is no zip, and what to do, as half a sentence."""
    if raw.startswith(OLE_SIGNATURE):
        if _ENCRYPTED in raw:
            return LOCKED
        if any(name in raw for name in _OLD_WORKBOOK):
            return (
                "是旧版 .xls 文件（Excel 97–2003），"
                "请在 Excel、WPS 或 LibreOffice 中打开、另存为 .xlsx 后再试"
            )
        return "是旧版 .xls 文件，或设有打开密码，请在 Excel 或 WPS 中取消密码、另存为 .xlsx 后再试"
    if not raw:
        return "是空文件（0字节），请重新复制或下载完好的工作簿"
    if any(mark in raw[:_AGENT_BYTES] for mark in _AGENTS):
        return SCRAMBLED
    if raw.startswith(b"PK"):
        return "不完整或已损坏，请重新复制或下载完好的工作簿"
    if raw.startswith(b"%PDF"):
        return "是 PDF 文件，不是 .xlsx 或 .xlsm 工作簿，请换用原来的工作簿"
    sample = raw[:_SAMPLE].lstrip()
    if sample[:1] == b"<" or sample.startswith(_TEXT_MARKS) or _is_text(raw[:_SAMPLE]):
        return (
            "是文本文件（如 .csv 或网页），不是 .xlsx 或 .xlsm 工作簿，"
            "请在 Excel 或 WPS 中打开、另存为 .xlsx 后再试"
        )
    return "不是 .xlsx 或 .xlsm 工作簿，或者文件已损坏，请换用完好的工作簿"


def describe_other_zip(mimetype: bytes) -> str | None:
    """Return the same for an OpenDocument file, by its part ``mimetype``; None for any other."""
    if not mimetype.startswith(_OPEN_DOCUMENT):
        return None
    kind = _KINDS.get(mimetype.removeprefix(_OPEN_DOCUMENT).strip(), "ODF 文件")
    return f"是 {kind}，请在 LibreOffice（或 Excel、WPS）中打开、另存为 .xlsx 后再试"


def describe_other_package(content_type: str) -> str:
    """Return the same for a package that holds no workbook, by the type of its main part."""
    for mark, kind in (
        ("wordprocessingml", "Word 文档"),
        ("presentationml", "PowerPoint 演示文稿"),
    ):
        if mark in content_type:
            return f"是 {kind}，不是 Excel 工作簿，请换用 .xlsx 或 .xlsm 文件"
    shown = printable(content_type[-_SHOWN:]) or "没有标明"
    return (
        f"的主体不是 Excel 工作簿（类型：{shown}），请在 Excel 或 WPS 中打开并另存为 .xlsx 后再试"
    )


def _is_text(sample: bytes) -> bool:
    """Return whether bytes look like text in UTF-8 or GB 18030."""
    if any(byte < 9 or 13 < byte < 32 for byte in sample):
        return False
    for coding in ("utf-8", "gb18030"):
        for end in range(4):
            # The sample may end within a character.
            try:
                sample[: len(sample) - end].decode(coding)
            except UnicodeDecodeError:
                continue
            return True
    return False
