# 读入全部表：类型、取值和列说明都依 DICTIONARY.csv。只用基础 R。
# Load every table of a release; types, levels and labels are those of DICTIONARY.csv. Base R only.
#
#     source("load.R")
#     nianbao <- load_release(".")
#     panel <- nianbao$panel                  # attr(panel$received, "label") says what a column is

load_release <- function(folder = ".", tables = NULL) {
  dictionary <- read.csv(file.path(folder, "DICTIONARY.csv"), fileEncoding = "UTF-8-BOM", colClasses = "character")
  found <- sub("[.]csv[.]gz$", "", list.files(file.path(folder, "csv"), pattern = "[.]csv[.]gz$"))
  if (!is.null(tables)) found <- intersect(tables, found)
  sapply(found, function(table) load_table(folder, table, dictionary[dictionary$table == table, ]), simplify = FALSE)
}

load_table <- function(folder, table, columns) {
  # 代码是文本，读作数字就合并不上。Codes are text: as numbers they would match nothing.
  classes <- ifelse(columns$type %in% c("text", "date"), "character", "numeric")
  names(classes) <- columns$column
  rows <- read.csv(file.path(folder, "csv", paste0(table, ".csv.gz")), colClasses = classes, fileEncoding = "UTF-8",
                   na.strings = "", check.names = FALSE)
  for (i in seq_len(nrow(columns))) {
    name <- columns$column[i]
    levels <- strsplit(columns$allowed[i], " | ", fixed = TRUE)[[1]]
    if (columns$type[i] == "boolean") rows[[name]] <- rows[[name]] == 1
    if (columns$type[i] == "date") rows[[name]] <- as.Date(rows[[name]])
    if (columns$type[i] == "text" && length(levels) > 1) rows[[name]] <- factor(rows[[name]], levels = levels)
    attr(rows[[name]], "label") <- columns$zh[i]
  }
  rows
}
