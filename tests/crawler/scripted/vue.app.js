// A list of reports and their pages, routed behind "#", its data from /api.
const fetched = async path => (await fetch(path)).json();
const List = {
  data: () => ({ items: [], pages: 1 }),
  template: `<ul class="list"><li v-for="one in items"><router-link :to="'/report/' + one.id">{{ one.title }}</router-link></li></ul>
    <p>共{{ pages }}页 <router-link v-for="n in pages" :to="'/list/' + n">{{ n }}</router-link></p>`,
  async created() { Object.assign(this, await fetched("/api/list?page=" + (this.$route.params.page || 1))); },
};
const Report = {
  data: () => ({ title: "", content: "" }),
  template: `<h1>{{ title }}</h1><div v-html="content"></div>`,
  async created() {
    Object.assign(this, await fetched("/api/article/" + this.$route.params.id));
    document.title = this.title;
  },
};
const routes = [{ path: "/list/:page?", component: List }, { path: "/report/:id", component: Report }];
const router = VueRouter.createRouter({ history: VueRouter.createWebHashHistory(), routes });
Vue.createApp({ template: "<router-view :key='$route.fullPath'/>" }).use(router).mount("#app");
