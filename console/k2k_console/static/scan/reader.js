/* Reads bar codes in pictures of the camera, in a thread of its own. The first message names the library and its wasm;
   every other one is a picture and is answered with its codes. */
"use strict";
const FORMATS = ["Code128", "Code39", "DataMatrix", "QRCode"];

onmessage = async ({ data }) => {
  if (data.library) {
    importScripts(data.library);
    ZXingWASM.prepareZXingModule({ overrides: { locateFile: () => data.wasm } });
    return;
  }
  try {
    const options = { formats: FORMATS, tryHarder: true, maxNumberOfSymbols: 4 };
    const found = await ZXingWASM.readBarcodes(new ImageData(data.pixels, data.width, data.height), options);
    postMessage({ codes: found.filter((one) => one.isValid).map((one) => one.text) });
  } catch (error) {
    postMessage({ codes: [], failed: String(error) });
  }
};
