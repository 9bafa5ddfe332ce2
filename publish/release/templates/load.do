* {{ title_zh }} · {{ title_en }}
* 版本 version {{ facts.version }}
*
*     do load.do                  panel, one row an agency and year
*     do load.do panel_counties   or any other file in the folder stata
*
* 变量标签为中文；label language en 换为英文。Labels of variables are in Chinese; label language en changes to English.
version 14
args table
if "`table'" == "" local table panel
use "stata/`table'.dta", clear

label language zh, rename
label language en, new copy
{% for name, text in labels.items() %}
capture label variable {{ name }} `"{{ text }}"'
{% endfor %}
label language zh

* 每行一个机关一年，或一个地区一年。A row is an agency, or a region, and a year.
capture confirm variable agency_id
if _rc == 0 {
    isid agency_id year
    * xtset 需要数字标识。xtset wants a number.
    egen long agency_number = group(agency_id)
    xtset agency_number year
}
else {
    capture confirm variable figure
    if _rc != 0 {
        isid region_code year
        egen long region_number = group(region_code)
        xtset region_number year
    }
}
* 加总前排除：汇总报告重复计入部门数字，年度可能误印。Before you sum: reports on whole regions count their departments'
* figures again; a year in doubt may be a misprint.
*     keep if summary == 0 & missing(year_doubt)
