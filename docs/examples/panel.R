# 示例 (R)：县级依申请公开数量与年鉴数据合并，只用基础 R
# Example: requests received by county, merged with a yearbook, in base R.
#
#     Rscript panel.R RELEASE FIGURE.png
#
# yearbook.csv 是虚构的示例年鉴（population 万人，gdp 亿元）。It is made up.

arguments <- commandArgs(trailingOnly = TRUE)
script <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
codes <- c(county_code = "character", city_code = "character", region_code = "character")

panel <- read.csv(file.path(arguments[1], "csv", "panel.csv.gz"), colClasses = codes, fileEncoding = "UTF-8")
yearbook <- read.csv(file.path(dirname(script), "yearbook.csv"), colClasses = codes["region_code"], fileEncoding = "UTF-8")

# 排除汇总报告和年度存疑的；空值（空白或不确定）不计入合计，全为空的县仍为空，不是 0。
# Leave out reports on whole regions and years in doubt; empty figures (blank or uncertain) do not count, and a county
# where all are empty stays empty.
known <- function(text) !is.na(text) & text != ""
panel <- panel[panel$summary == 0 & !known(panel$year_doubt) & known(panel$county_code), ]
total <- function(values) if (all(is.na(values))) NA else sum(values, na.rm = TRUE)
counties <- aggregate(panel["received"], panel[c("county_code", "year")], total)
counties$agencies <- aggregate(panel["agency_id"], panel[c("county_code", "year")], length)$agency_id

merged <- merge(counties, yearbook, by.x = "county_code", by.y = "region_code", all.x = TRUE)
stopifnot(nrow(merged) == nrow(counties))
merged$requests <- merged$received / merged$population
merged$income <- merged$gdp / merged$population
last <- merged[merged$year == max(merged$year), ]
drawn <- last[!is.na(last$income) & !is.na(last$requests), ]
if (nrow(drawn) == 0) cat("no county of the yearbook has a figure: the drawing is empty\n")
print(head(last[, c("county_code", "agencies", "received", "requests")]))

png(arguments[2], width = 840, height = 500, res = 120, type = "cairo")
plot(drawn$income, drawn$requests, pch = 16, col = rgb(0.12, 0.47, 0.71, 0.6), bty = "l",
     xlab = "GDP per head, 10,000 CNY", ylab = "requests per 10,000", main = "made-up data", xlim = c(0, max(drawn$income, 1)), ylim = c(0, max(drawn$requests, 1)))
invisible(dev.off())
