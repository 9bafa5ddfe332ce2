// The same under paths of its own: the server answers each of them with one and the same shell.
const { createElement: h, useState, useEffect } = React;
const useFetched = path => {
  const [data, setData] = useState(null);
  useEffect(() => { fetch(path).then(answer => answer.json()).then(setData); }, [path]);
  return data;
};
const List = ({ page }) => {
  const data = useFetched("/api/list?page=" + page);
  if (!data) return h("p", null, "加载中…");
  const numbers = Array.from({ length: data.pages }, (_, n) => h("a", { key: n, href: "/list/" + (n + 1) }, n + 1));
  return h("div", null,
    h("ul", { className: "list" }, data.items.map(one => h("li", { key: one.id }, h("a", { href: "/report/" + one.id }, one.title)))),
    h("p", null, "共", data.pages, "页 ", numbers));
};
const Report = ({ id }) => {
  const data = useFetched("/api/article/" + id);
  useEffect(() => { if (data) document.title = data.title; }, [data]);
  return data && h("div", null, h("h1", null, data.title), h("div", { dangerouslySetInnerHTML: { __html: data.content } }));
};
const [, kind, which] = location.pathname.split("/");
const page = kind === "report" ? h(Report, { id: which }) : h(List, { page: which || 1 });
ReactDOM.createRoot(document.getElementById("root")).render(page);
