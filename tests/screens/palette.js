/* A PNG in base64 → at most 256 of its colours and, for each pixel, the number of the nearest one. */
async (png) => {
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const draw = canvas.getContext("2d");
  draw.drawImage(image, 0, 0);
  const bytes = draw.getImageData(0, 0, image.width, image.height).data;
  const seen = new Map();
  const at = (i) => (bytes[i] << 16) | (bytes[i + 1] << 8) | bytes[i + 2];
  for (let i = 0; i < bytes.length; i += 4) seen.set(at(i), (seen.get(at(i)) ?? 0) + 1);
  const common = [...seen].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([colour]) => colour);
  /* The plain colours of the page, then one of every other hue, so that a small icon keeps its own. */
  const palette = common.slice(0, 96);
  const hues = new Set(palette.map((colour) => colour & 0xf0f0f0));
  for (const colour of common) {
    if (palette.length < 256 && !hues.has(colour & 0xf0f0f0)) {
      hues.add(colour & 0xf0f0f0);
      palette.push(colour);
    }
  }
  const apart = (a, b) =>
    [16, 8, 0].reduce((sum, bits) => sum + (((a >> bits) & 255) - ((b >> bits) & 255)) ** 2, 0);
  const nearest = new Map(palette.map((colour, number) => [colour, number]));
  const numberOf = (colour) => {
    if (!nearest.has(colour)) {
      const far = palette.map((one) => apart(one, colour));
      nearest.set(colour, far.indexOf(Math.min(...far)));
    }
    return nearest.get(colour);
  };
  const pixels = new Uint8Array(bytes.length / 4);
  for (let i = 0; i < pixels.length; i += 1) pixels[i] = numberOf(at(i * 4));
  const text = (array) => {
    let out = "";
    for (let i = 0; i < array.length; i += 32768) out += String.fromCharCode(...array.subarray(i, i + 32768));
    return btoa(out);
  };
  const colours = Uint8Array.from(palette.flatMap((c) => [c >> 16, (c >> 8) & 255, c & 255]));
  return { width: image.width, height: image.height, colours: text(colours), pixels: text(pixels) };
}
