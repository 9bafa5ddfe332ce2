# %% [markdown]
# # 示例 (polars)：县级依申请公开数量与年鉴数据合并
#
# Example: requests received by county, merged with a yearbook, with polars.
#
#     python panel_polars.py RELEASE FIGURE.png
#
# `yearbook.csv` 是虚构的示例年鉴（population 万人，gdp 亿元）。It is made up.

# %%
import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
import polars as pl

release, figure = Path(sys.argv[1]), Path(sys.argv[2])
yearbook_file = Path(__file__).with_name("yearbook.csv")

# %% [markdown]
# Parquet 带有类型，代码就是文本。Parquet has types: codes are text.

# %%
panel = pl.scan_parquet(release / "parquet/panel.parquet")
yearbook = pl.read_csv(yearbook_file, schema_overrides={"region_code": pl.String})

# %% [markdown]
# 排除汇总报告和年度存疑的，按县和年度加总；全为空的县仍为空，不是 0。
# Leave out reports on whole regions and years in doubt; sum by county and year. Where no agency states the figure, it
# stays unknown.

# %%
counties = (
    panel.filter(~pl.col("summary"), pl.col("year_doubt").is_null(), pl.col("county_code").is_not_null())
    .group_by("county_code", "year")
    .agg(
        pl.when(pl.col("received").count() > 0).then(pl.col("received").sum()).alias("received"),
        pl.len().alias("agencies"),
        pl.col("received").null_count().alias("empty"),
    )
    .collect()
)

# %% [markdown]
# 按区划代码合并。Merge by code.

# %%
merged = counties.join(
    yearbook, left_on="county_code", right_on="region_code", how="left", validate="m:1"
).with_columns(requests=pl.col("received") / pl.col("population"))
print(merged.sort("county_code", "year").select("county_code", "name", "year", "agencies", "empty", "requests").head())

# %%
years = merged.group_by("year").agg(pl.col("requests").median()).drop_nulls().sort("year")
if years.is_empty():
    print("no county of the yearbook has a figure: the drawing is empty 年鉴中没有对应的县")
plt.rcParams["font.sans-serif"] = ["Noto Sans CJK SC", "Noto Serif CJK SC", "Microsoft YaHei", "SimHei", "DejaVu Sans"]
fig, ax = plt.subplots(figsize=(7, 3.6), layout="constrained")
ax.plot(years["year"], years["requests"], marker="o")
ax.set_xticks(years["year"])
ax.set_ylabel("每万人新收申请（件） requests per 10,000")
ax.set_title("各县中位数，虚构数据 · the median county, made-up data", fontsize=10)
ax.set_ylim(0, 1.15 * (years["requests"].max() or 1))
ax.spines[["top", "right"]].set_visible(False)
fig.savefig(figure, dpi=120)
