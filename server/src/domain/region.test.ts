import { expect, test } from "vitest";
import { randomToken } from "../base/crypto.ts";
import { accessTokenPrefix, clientIdPrefix, projectOfAccessToken, projectOfClientId } from "./client.ts";
import { elsewhere, regionMark, regionOf } from "./region.ts";

const HEX = "0f".repeat(12);

test.each([
  [randomToken("crl_"), null],
  [randomToken("cat_7_"), null],
  [`ccl_7_${HEX}`, null],
  [randomToken(`crl_${regionMark("eu-1")}`), "eu-1"],
  [randomToken(accessTokenPrefix(7, "eu")), "eu"],
  [`${clientIdPrefix(7, "eu")}${HEX}`, "eu"],
  // A region may be called by a number.
  [randomToken(accessTokenPrefix(7, "12")), "12"],
  ["crl_EU_abc", null],
  ["anything", null],
])("%s names the region %s", (credential, region) => {
  expect(regionOf(credential)).toBe(region);
});

test("the project is found with and without a region", () => {
  for (const region of [undefined, "eu", "12"]) {
    expect(projectOfAccessToken(randomToken(accessTokenPrefix(7, region)))).toBe(7);
    expect(projectOfClientId(`${clientIdPrefix(7, region)}${HEX}`)).toBe(7);
  }
});

test("only a region that is known is told, and no name leads to an object's own properties", () => {
  const others = { us: "https://us.example.com" };
  expect(elsewhere("crl_us_x", others)).toContain("https://us.example.com");
  expect(elsewhere("crl_au_x", others)).toBeNull();
  expect(elsewhere("crl_constructor_x", others)).toBeNull();
});
