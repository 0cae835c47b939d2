// The live tail over a restart of the console: it goes on where it was, without loss and without anything twice.

import { expect, hydrated, test } from "../support/test";
import { fault, mend } from "../support/bed";

const tail = "/clusters/kafka/task-events/messages?topic=task-updated&mode=tail";
const rows = ".tail-rows tbody tr[data-line]";

test.afterEach(async () => mend());

test("a restarted console goes on where the page was", async ({ page, tolerate }) => {
  test.setTimeout(120_000);
  tolerate(/ERR_|network|Failed to (fetch|load)/i);
  await page.goto(tail);
  await hydrated(page);
  await expect(page.locator(rows).first()).toBeVisible();
  const told = await page.evaluate(follow);
  await fault("console", "restart");
  await expect(page.locator(".tailbar [role=status]")).toHaveText("Following", { timeout: 60_000 });
  await expect.poll(() => page.evaluate(() => (window as any).told.size), { timeout: 60_000 }).toBeGreaterThan(told + 5);
  expect(await page.evaluate(gaps), "nothing is missing and nothing comes twice").toEqual([]);
});

/** Notes the offsets of every row that the page shows, by partition; answers how many there are. */
function follow() {
  const told = ((window as any).told = new Set<string>());
  const note = () => {
    for (const row of document.querySelectorAll(".tail-rows tbody tr[data-line]")) {
      const part = row.querySelector(".part")?.textContent;
      const offset = row.querySelector(".off")?.textContent?.replace(/\D/g, "");
      if (part && offset) told.add(`${part}/${offset}`);
    }
    requestAnimationFrame(note);
  };
  note();
  return told.size;
}

/** Partitions whose offsets are not one after the other. */
function gaps() {
  const offsets = new Map<string, number[]>();
  for (const place of (window as any).told as Set<string>) {
    const [part, offset] = place.split("/");
    offsets.set(part, [...(offsets.get(part) ?? []), Number(offset)]);
  }
  return [...offsets].filter(([, all]) => Math.max(...all) - Math.min(...all) + 1 !== all.length).map(([part]) => part);
}
