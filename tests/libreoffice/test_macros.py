"""A profile with a macro: files that a parser of XML reads, the text as it was."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from permu_xl.libreoffice import MACRO, write_profile

BASIC = 'Sub Main\n  a = "x<y" & "企业"\nEnd Sub\n'


def test_the_profile_has_the_macro_in_the_library_that_the_command_names(tmp_path: Path) -> None:
    write_profile(tmp_path / "profile", BASIC)
    _, library, module, _ = MACRO.replace("///", ".").split(".")
    basic = tmp_path / "profile" / "user" / "basic"
    (text,) = [etree.parse(path).getroot().text for path in basic.glob(f"{library}/{module}.xba")]
    assert text == BASIC
    listed = etree.parse(basic / library / "script.xlb").getroot()[0]
    assert listed.values() == [module]
    assert etree.parse(basic / "script.xlc").getroot()[0].values()[0] == library
    # Without it LibreOffice would fill the profile as a new one, over the macro.
    settings = etree.parse(tmp_path / "profile" / "user" / "registrymodifications.xcu")
    assert settings.xpath("string(//prop[@*='ooSetupInstCompleted']/value)") == "true"
