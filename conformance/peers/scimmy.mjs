// A SCIM server on the unmodified libraries scimmy and scimmy-routers, which keeps everything in memory: the best that they
// can do, for nothing waits for a disk, and a lookup by name is one step.
//
//     node scimmy.mjs PORT TOKEN
//
// On Express 4, because on 5 scimmy-routers 1.3 loses the `count` of a list.
import { randomUUID } from "node:crypto";
import express from "express";
import SCIMMY from "scimmy";
import SCIMMYRouters from "scimmy-routers";

const [port, token] = process.argv.slice(2);

/** The resources of one type, found by id and by the attribute that is unique. */
class Shelf {
  byId = new Map();
  idByName = new Map();

  constructor(unique) {
    this.unique = unique;
  }

  nameOf(it) {
    return String(it[this.unique]).toLowerCase();
  }

  held(id) {
    const it = this.byId.get(id);
    if (!it) throw new SCIMMY.Types.Error(404, null, "there is no such resource");
    return it;
  }

  /** Makes or replaces a resource. */
  put(resource, written) {
    const before = resource.id ? this.held(resource.id) : undefined;
    const holder = this.idByName.get(this.nameOf(written));
    if (holder && holder !== before?.id) throw new SCIMMY.Types.Error(409, "uniqueness", "somebody is called that");
    const now = new Date().toISOString();
    const meta = { created: before?.meta.created ?? now, lastModified: now };
    const it = { ...JSON.parse(JSON.stringify(written)), id: before?.id ?? randomUUID(), meta };
    if (before) this.idByName.delete(this.nameOf(before));
    this.byId.set(it.id, it);
    this.idByName.set(this.nameOf(it), it.id);
    return it;
  }

  get(resource) {
    if (resource.id) return this.held(resource.id);
    if (resource.filter) return this.found(resource.filter);
    const { startIndex = 1, count = 20 } = resource.constraints ?? {};
    resource.constraints.totalResults = this.byId.size;
    const page = [];
    let number = 0;
    for (const it of this.byId.values()) {
      number += 1;
      if (number >= startIndex + count) break;
      if (number >= startIndex) page.push(it);
    }
    return page;
  }

  found(filter) {
    const [only] = filter.length === 1 ? filter : [];
    const [comparator, value] = only && Object.keys(only).length === 1 ? (only[this.unique] ?? []) : [];
    if (comparator !== "eq") return filter.match([...this.byId.values()]);
    const id = this.idByName.get(String(value).toLowerCase());
    return id ? [this.byId.get(id)] : [];
  }

  remove(resource) {
    this.idByName.delete(this.nameOf(this.held(resource.id)));
    this.byId.delete(resource.id);
  }
}

function declare(type, unique) {
  const shelf = new Shelf(unique);
  SCIMMY.Resources.declare(type, {
    ingress: (resource, written) => shelf.put(resource, written),
    egress: (resource) => shelf.get(resource),
    degress: (resource) => shelf.remove(resource),
  });
}

declare(SCIMMY.Resources.User, "userName");
declare(SCIMMY.Resources.Group, "displayName");

const app = express();
const handler = (request) => {
  if (request.get("authorization") !== `Bearer ${token}`) throw new Error("this is not the token");
  return "load";
};
app.use("/scim/v2", new SCIMMYRouters({ type: "bearer", handler }));
app.listen(Number(port), "127.0.0.1");
