; The installer for Windows, per user, in Chinese; filled in by windows_installer.py.
; Marks in braces are Jinja's; $ and ${NAME} are NSIS's own.
Unicode true
Target amd64-unicode
SetCompressor /SOLID {{ compressor }}
{% if compressor == "lzma" %}
SetCompressorDictSize 32
{% endif %}
; Installed files are as old as the installation: a module that was compiled before is then never
; taken for the compiled form of a newer one.
SetDateSave off
RequestExecutionLevel user
ManifestSupportedOS Win10
ManifestDPIAware true

!include MUI2.nsh
!include nsDialogs.nsh
!include LogicLib.nsh
!include FileFunc.nsh
!include StrFunc.nsh
!include WinVer.nsh
${Using:StrFunc} StrStr

Name "{{ name }}"
BrandingText "{{ name }} {{ version }}"
OutFile "{{ out }}"
ShowInstDetails show
ShowUninstDetails show

VIProductVersion "{{ numbers }}"
VIFileVersion "{{ numbers }}"
VIAddVersionKey /LANG=2052 "ProductName" "{{ name }}"
VIAddVersionKey /LANG=2052 "ProductVersion" "{{ version }}"
VIAddVersionKey /LANG=2052 "FileDescription" "{{ name }} 安装程序"
VIAddVersionKey /LANG=2052 "FileVersion" "{{ version }}"
VIAddVersionKey /LANG=2052 "LegalCopyright" "MIT"

!define HOME "$LOCALAPPDATA\permu_xl"
!define PYTHON "${HOME}\python\python.exe"
!define REMOVAL "Software\Microsoft\Windows\CurrentVersion\Uninstall\permu_xl"
!define BUSY "{{ name }}正在使用：请关闭 Excel；开着亩均评价的页面的，点页面上的“退出”。然后点“重试”。"

Var Server     ; the program that answers to Excel.Application
Var HasExcel   ; 1 where that is Excel
Var HasWps
Var AddIn      ; 1 where the add-in is wanted
Var OnDesktop
Var AddInBox
Var DesktopBox

!define MUI_ICON "{{ icon }}"
!define MUI_UNICON "{{ icon }}"
!define MUI_WELCOMEFINISHPAGE_BITMAP "{{ last_page }}"
!define MUI_ABORTWARNING
Page custom ChoicesPage ChoicesLeft
!insertmacro MUI_PAGE_INSTFILES
!define MUI_FINISHPAGE_TITLE "{{ name }}装好了"
!define MUI_FINISHPAGE_TEXT "开始菜单里有文件夹“{{ name }}”。$\r$\n$\r$\n在文件夹里选中工作簿或部门的表，点右键，发送到，也可以直接核查、评价、导入、出确认单（Windows 11 先点“显示更多选项”）。"
!define MUI_FINISHPAGE_RUN "$SMPROGRAMS\{{ name }}\{{ name }}.lnk"
!define MUI_FINISHPAGE_RUN_FUNCTION OpenDesk
!define MUI_FINISHPAGE_RUN_TEXT "打开{{ name }}"
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE SimpChinese

; Jumps to ${in_use} where a program has one of our files: Python itself, or Excel its library.
!macro UnlessInUse in_use
  ClearErrors
{% for library in libraries %}
  ${If} ${FileExists} "${HOME}\python\{{ library }}"
    FileOpen $0 "${HOME}\python\{{ library }}" a
    IfErrors ${in_use}
    FileClose $0
  ${EndIf}
{% endfor %}
!macroend

!macro WaitUntilFree
  again:
  !insertmacro UnlessInUse in_use
  Goto free
  in_use:
  MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "${BUSY}" /SD IDCANCEL IDRETRY again
  SetErrorLevel 1
  Quit
  free:
!macroend

Function .onInit
  ${IfNot} ${AtLeastWin{{ least_windows }}}
    MessageBox MB_ICONSTOP "需要 Windows {{ least_windows }} 或更新的版本。" /SD IDOK
    SetErrorLevel 1
    Quit
  ${EndIf}
  StrCpy $INSTDIR "${HOME}"
  Call FindExcel
  StrCpy $AddIn $HasExcel
  ; Who did without the add-in before need not untick it again.
  ${If} ${FileExists} "${HOME}\{{ remover }}"
  ${AndIfNot} ${FileExists} "${HOME}\install.json"
    StrCpy $AddIn 0
  ${EndIf}
  StrCpy $OnDesktop 1
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/NOADDIN" $1
  ${IfNot} ${Errors}
    StrCpy $AddIn 0
  ${EndIf}
  ClearErrors
  ${GetOptions} $0 "/ADDIN" $1
  ${IfNot} ${Errors}
    StrCpy $AddIn 1
  ${EndIf}
  !insertmacro WaitUntilFree
FunctionEnd

Function un.onInit
  StrCpy $INSTDIR "${HOME}"
  !insertmacro WaitUntilFree
FunctionEnd

; Which program answers to Excel.Application, as the doctor finds it.
Function FindExcel
  StrCpy $HasExcel 0
  StrCpy $HasWps 0
  StrCpy $Server ""
{% for bits in (64, 32) %}
  ${If} $Server == ""
    SetRegView {{ bits }}
    ReadRegStr $0 HKCR "Excel.Application\CLSID" ""
    ${If} $0 != ""
      ReadRegStr $Server HKCR "CLSID\$0\LocalServer32" ""
    ${EndIf}
  ${EndIf}
{% endfor %}
  SetRegView 64
  ${If} $Server != ""
    StrCpy $HasExcel 1
  ${EndIf}
{% for mark in wps_marks %}
  ${StrStr} $0 $Server "{{ mark }}"
  ${If} $0 != ""
    StrCpy $HasExcel 0
    StrCpy $HasWps 1
  ${EndIf}
{% endfor %}
{% for program in wps_programs %}
  ReadRegStr $0 HKCR "{{ program }}\CLSID" ""
  ${If} $0 != ""
    StrCpy $HasWps 1
  ${EndIf}
{% endfor %}
FunctionEnd

Function ChoicesPage
  !insertmacro MUI_HEADER_TEXT "安装{{ name }} {{ version }}" "只装给当前用户；不需要管理员，不联网。"
  nsDialogs::Create 1018
  Pop $0
  ${NSD_CreateLabel} 0 0 100% 34u "装到 ${HOME}（约 {{ megabytes }} MB）；开始菜单里有文件夹“{{ name }}”，右键“发送到”里有{{ sent }}。您自己的工作簿和设置不会改动。"
  Pop $0
  ${NSD_CreateCheckbox} 0 38u 100% 12u "桌面上放一个图标（可以把文件拖上去）"
  Pop $DesktopBox
  ${NSD_SetState} $DesktopBox $OnDesktop
  ${If} $HasExcel == 1
    ${NSD_CreateCheckbox} 0 54u 100% 12u "在 Excel 里安装加载项：“亩均评价”选项卡和 PERMU_ 函数"
    Pop $AddInBox
    ${NSD_SetState} $AddInBox $AddIn
    ${NSD_CreateLabel} 12u 68u 90% 24u "请先关闭 Excel。不装也可以，核查、评价、确认单都在“{{ name }}”里做；以后要装，再运行一次本程序。"
    Pop $0
  ${ElseIf} $HasWps == 1
    ${NSD_CreateLabel} 0 56u 100% 72u "这台电脑用的是 WPS。{{ with_wps }}"
    Pop $0
  ${Else}
    ${NSD_CreateLabel} 0 56u 100% 72u "这台电脑没有 Excel，也没有 WPS。{{ without_office }}"
    Pop $0
  ${EndIf}
  GetDlgItem $0 $HWNDPARENT 1
  SendMessage $0 ${WM_SETTEXT} 0 "STR:安装(&I)"
  nsDialogs::Show
FunctionEnd

Function ChoicesLeft
  ${NSD_GetState} $DesktopBox $OnDesktop
  ${If} $HasExcel == 1
    ${NSD_GetState} $AddInBox $AddIn
  ${EndIf}
FunctionEnd

Function OpenDesk
  ExecShell "open" "$SMPROGRAMS\{{ name }}\{{ name }}.lnk"
FunctionEnd

; What was half installed goes, and what was there before comes back.
Function .onInstFailed
  ${If} ${FileExists} "${HOME}\python.old"
    RMDir /r "${HOME}\python"
    Rename "${HOME}\python.old" "${HOME}\python"
  ${EndIf}
FunctionEnd

Section
  !insertmacro WaitUntilFree
  SetShellVarContext current
  SetRegView 64
  SetOutPath "${HOME}"
  RMDir /r "${HOME}\python.old"
  ${If} ${FileExists} "${HOME}\python"
    DetailPrint "换下旧的版本……"
    ClearErrors
    Rename "${HOME}\python" "${HOME}\python.old"
    ${If} ${Errors}
      MessageBox MB_ICONSTOP "${BUSY}" /SD IDOK
      SetErrorLevel 1
      Abort "{{ name }}正在使用，没有安装。"
    ${EndIf}
  ${EndIf}
  WriteUninstaller "${HOME}\{{ remover }}"
{% for subject, folders in python %}
  DetailPrint "正在复制 {{ subject }}……"
  SetDetailsPrint none
{% for folder, files in folders %}
  SetOutPath "${HOME}\{{ folder }}"
{% for file in files %}
  File "{{ file }}"
{% endfor %}
{% endfor %}
  SetDetailsPrint both
{% endfor %}
  SetOutPath "${HOME}"
{% for file in beside %}
  File "{{ file }}"
{% endfor %}

  DetailPrint "正在编译，要一两分钟，以后每次打开就快了……"
  nsExec::ExecToLog '"${PYTHON}" -P -m permu_xl excel compile'
  Pop $0

  DetailPrint "正在放快捷方式……"
  ; Programs start where the user's documents are.
  SetOutPath "$DOCUMENTS"
  CreateDirectory "$SMPROGRAMS\{{ name }}"
{% for entry in entries %}
{% for link in entry.links %}
{% if link.startswith("$DESKTOP") %}
  ${If} $OnDesktop == 1
{% endif %}
  CreateShortcut "{{ link }}" "${HOME}\python\{{ entry.program }}" "-P -m permu_xl.cli.entries {{ entry.word }}" "${HOME}\{{ icon }}" 0 SW_SHOWNORMAL "" "{{ entry.tip }}"
{% if link.startswith("$DESKTOP") %}
  ${EndIf}
{% endif %}
{% endfor %}
{% endfor %}
  CreateShortcut "$SMPROGRAMS\{{ name }}\使用手册.lnk" "${HOME}\{{ manual }}"
  CreateShortcut "$SMPROGRAMS\{{ name }}\卸载.lnk" "${HOME}\{{ remover }}"
  SetOutPath "${HOME}"

  WriteRegStr HKCU "${REMOVAL}" "DisplayName" "{{ name }}"
  WriteRegStr HKCU "${REMOVAL}" "DisplayVersion" "{{ version }}"
  WriteRegStr HKCU "${REMOVAL}" "DisplayIcon" "${HOME}\{{ icon }}"
  WriteRegStr HKCU "${REMOVAL}" "Publisher" "permu_xl"
  WriteRegStr HKCU "${REMOVAL}" "InstallLocation" "${HOME}"
  WriteRegStr HKCU "${REMOVAL}" "UninstallString" '"${HOME}\{{ remover }}"'
  WriteRegStr HKCU "${REMOVAL}" "QuietUninstallString" '"${HOME}\{{ remover }}" /S'
  WriteRegDWORD HKCU "${REMOVAL}" "EstimatedSize" {{ kilobytes }}
  WriteRegDWORD HKCU "${REMOVAL}" "NoModify" 1
  WriteRegDWORD HKCU "${REMOVAL}" "NoRepair" 1

  ${If} $AddIn == 1
    DetailPrint "正在安装 Excel 加载项……"
    nsExec::ExecToStack '"${PYTHON}" -P -m permu_xl excel install'
  ${ElseIf} ${FileExists} "${HOME}\install.json"
    DetailPrint "正在卸载 Excel 加载项……"
    nsExec::ExecToStack '"${PYTHON}" -P -m permu_xl excel uninstall'
  ${Else}
    Push ""
    Push 0
  ${EndIf}
  Pop $0
  Pop $1
  DetailPrint "$1"
  ${If} $0 != 0
    MessageBox MB_ICONEXCLAMATION "别的都装好了，只有 Excel 加载项没有办成：$\r$\n$1" /SD IDOK
    SetErrorLevel 3
  ${EndIf}
  DetailPrint "正在清理旧的版本……"
  SetDetailsPrint none
  RMDir /r "${HOME}\python.old"
  SetDetailsPrint both
  DetailPrint "装好了。"
SectionEnd

Section "Uninstall"
  SetShellVarContext current
  SetRegView 64
  SetOutPath "$TEMP"
  ${If} ${FileExists} "${HOME}\install.json"
    DetailPrint "正在卸载 Excel 加载项……"
    nsExec::ExecToStack '"${PYTHON}" -P -m permu_xl excel uninstall'
    Pop $0
    Pop $1
    DetailPrint "$1"
    ${If} $0 != 0
      MessageBox MB_ICONSTOP "Excel 加载项没有卸载，别的也没有动：$\r$\n$1" /SD IDOK
      SetErrorLevel 1
      Abort "没有卸载。"
    ${EndIf}
  ${EndIf}
{% for entry in entries %}
{% for link in entry.links %}
  Delete "{{ link }}"
{% endfor %}
{% endfor %}
  Delete "$SMPROGRAMS\{{ name }}\使用手册.lnk"
  Delete "$SMPROGRAMS\{{ name }}\卸载.lnk"
  RMDir "$SMPROGRAMS\{{ name }}"
  DetailPrint "正在删除程序……"
  SetDetailsPrint none
  RMDir /r "${HOME}\python"
  SetDetailsPrint both
{% for file in beside_names %}
  Delete "${HOME}\{{ file }}"
{% endfor %}
  ; Which workbooks the desk had open, and where it listens.
  Delete "${HOME}\recent.json"
  Delete "${HOME}\desk.json*"
  Delete "${HOME}\{{ remover }}"
  ; Only where nothing of the user's own is in it.
  RMDir "${HOME}"
  ; What pywin32 makes when it is first used, as long as no program has kept types in it.
  FindFirst $0 $1 "$TEMP\gen_py\3.*"
  ${DoUntil} $1 == ""
    Delete "$TEMP\gen_py\$1\__init__.py"
    Delete "$TEMP\gen_py\$1\dicts.dat"
    RMDir "$TEMP\gen_py\$1"
    FindNext $0 $1
  ${Loop}
  FindClose $0
  RMDir "$TEMP\gen_py"
  DeleteRegKey HKCU "${REMOVAL}"
  ; A user for whom nothing else was ever installed has had no list either.
  DeleteRegKey /ifempty HKCU "Software\Microsoft\Windows\CurrentVersion\Uninstall"
SectionEnd
