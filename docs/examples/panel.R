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

# 排除本级政府汇总报告；空值（空白或不确定）不计入合计。
# Leave out people's governments' reports; empty figures (blank or uncertain) do not count.
panel <- panel[panel$summary == 0 & !is.na(panel$county_code) & panel$county_code != "", ]
counties <- aggregate(cbind(received = received, agencies = 1) ~ county_code + year, panel, sum)

merged <- merge(counties, yearbook, by.x = "county_code", by.y = "region_code", all.x = TRUE)
stopifnot(nrow(merged) == nrow(counties))
merged$requests <- merged$received / merged$population
merged$income <- merged$gdp / merged$population
last <- merged[merged$year == max(merged$year), ]
print(head(last[, c("county_code", "agencies", "received", "requests")]))

png(arguments[2], width = 840, height = 500, res = 120, type = "cairo")
plot(last$income, last$requests, pch = 16, col = rgb(0.12, 0.47, 0.71, 0.6), bty = "l",
     xlab = "GDP per head, 10,000 CNY", ylab = "requests per 10,000", main = "made-up data", ylim = c(0, max(last$requests)))
invisible(dev.off())
