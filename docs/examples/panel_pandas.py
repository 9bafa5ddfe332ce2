# %% [markdown]
# # 示例 (pandas)：县级依申请公开数量与年鉴数据合并
#
# Example: requests received by county, merged with a yearbook, with pandas.
#
#     python panel_pandas.py RELEASE FIGURE.png
#
# `yearbook.csv` 是虚构的示例年鉴（population 万人，gdp 亿元）。It is made up.

# %%
import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
import pandas as pd

release, figure = Path(sys.argv[1]), Path(sys.argv[2])
yearbook_file = Path(__file__).with_name("yearbook.csv")

# %% [markdown]
# 代码读作文本。Codes are text.

# %%
panel = pd.read_csv(release / "csv/panel.csv.gz", dtype={"county_code": str, "city_code": str}, low_memory=False)
yearbook = pd.read_csv(yearbook_file, dtype={"region_code": str})

# %% [markdown]
# 汇总报告重复计入部门的数字，年度存疑的可能误印，先排除；存疑的数字为空，先数一数有多少。
# Reports on whole regions count their departments' figures again, and a year in doubt may be a misprint: leave them
# out. A figure that is not certain is empty: count those before they drop out of the sum. With `min_count` a county of
# which nothing is known stays unknown, and is no 0.

# %%
panel = panel[(panel["summary"] == 0) & panel["year_doubt"].isna() & panel["county_code"].notna()]
uncertain = panel["uncertain"].fillna("").str.split().map(lambda columns: "received" in columns)
print(f"{len(panel)} rows; received is uncertain in {uncertain.sum()}, empty in {panel['received'].isna().sum()}")
counties = panel.groupby(["county_code", "year"], as_index=False).agg(
    received=("received", lambda values: values.sum(min_count=1)),
    stating=("received", "count"),
    agencies=("agency_id", "size"),
)

# %% [markdown]
# 按区划代码合并，一对一的关系由 `validate` 保证。Merge by code; `validate` makes sure that no county is there twice.

# %%
year = counties["year"].max()
merged = counties[counties["year"] == year].merge(
    yearbook, left_on="county_code", right_on="region_code", how="left", validate="one_to_one", indicator=True
)
print(merged["_merge"].value_counts().to_string())
merged["requests"] = merged["received"] / merged["population"]
merged["income"] = merged["gdp"] / merged["population"]
print(merged[["county_code", "name", "agencies", "stating", "received", "requests"]].head().to_string(index=False))
drawn = merged.dropna(subset=["income", "requests"])
if drawn.empty:
    print("no county of the yearbook has a figure: the drawing is empty 年鉴中没有对应的县")

# %%
plt.rcParams["font.sans-serif"] = ["Noto Sans CJK SC", "Noto Serif CJK SC", "Microsoft YaHei", "SimHei", "DejaVu Sans"]
fig, ax = plt.subplots(figsize=(7, 4.2), layout="constrained")
ax.scatter(drawn["income"], drawn["requests"], s=64, alpha=0.6, edgecolor="none")
ax.set_xlabel("人均生产总值（万元） GDP per head, 10,000 CNY")
ax.set_ylabel("每万人新收申请（件） requests per 10,000")
ax.set_title(f"虚构数据，{year} 年，每点一县 · made-up data, a dot a county", fontsize=10)
ax.set_ylim(bottom=0)
ax.spines[["top", "right"]].set_visible(False)
fig.savefig(figure, dpi=120)
