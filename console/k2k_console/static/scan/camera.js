/* The camera as a scanner: the browser's own reader of bar codes where it has one, else a local one. */
const EVERY = 120;
const FORGOTTEN = 2500;
const WIDEST = 1280;

const ownReader = async () => {
  if (!("BarcodeDetector" in window)) return null;
  const formats = await BarcodeDetector.getSupportedFormats();
  if (!formats.includes("code_128")) return null;
  const detector = new BarcodeDetector({ formats: formats.filter((one) => /code_128|code_39|data_matrix|qr_code/.test(one)) });
  return { read: async (video) => (await detector.detect(video)).map((found) => found.rawValue), close: () => {} };
};

const pixelsOf = (video, canvas) => {
  const scale = Math.min(1, WIDEST / video.videoWidth);
  canvas.width = Math.round(video.videoWidth * scale);
  canvas.height = Math.round(video.videoHeight * scale);
  const drawing = canvas.getContext("2d", { willReadFrequently: true });
  drawing.drawImage(video, 0, 0, canvas.width, canvas.height);
  return drawing.getImageData(0, 0, canvas.width, canvas.height);
};

const localReader = ({ reader, library, wasm }) => {
  const worker = new Worker(reader), canvas = document.createElement("canvas");
  worker.postMessage({ library, wasm });
  const read = (video) => new Promise((answer, fail) => {
    const { data, width, height } = pixelsOf(video, canvas);
    worker.onmessage = (event) => (event.data.failed ? fail(new Error(event.data.failed)) : answer(event.data.codes));
    worker.onerror = () => fail(new Error("the reader of bar codes could not be loaded"));
    worker.postMessage({ pixels: data, width, height }, [data.buffer]);
  });
  return { read, close: () => worker.terminate() };
};

/* Read codes until it is closed: a code counts again once it has been out of the picture for a moment. */
const watch = async (video, reader, state, found, failed) => {
  const seen = new Map();
  while (state.open) {
    try {
      const codes = video.videoWidth ? await reader.read(video) : [];
      const now = Date.now();
      for (const code of state.open ? codes : []) {
        if (now - (seen.get(code) ?? 0) > FORGOTTEN) found(code);
        seen.set(code, now);
      }
    } catch (error) {
      if (state.open) failed(error);
      return;
    }
    await new Promise((later) => setTimeout(later, EVERY));
  }
};

/* Open the camera in a video element; `found` takes each code, `failed` what ended it. Returns what closes it. Throws
   what the browser throws when there is no camera, or when it may not be used. */
export const open = async (video, files, found, failed) => {
  if (!navigator.mediaDevices) throw new DOMException("no secure page", "SecurityError");
  const picture = { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } };
  const stream = await navigator.mediaDevices.getUserMedia({ video: picture, audio: false });
  const state = { open: true };
  let reader = null;
  const close = () => {
    state.open = false;
    stream.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
    reader?.close();
  };
  try {
    reader = (await ownReader()) ?? localReader(files);
    video.srcObject = stream;
    await video.play();
  } catch (error) {
    close();
    throw error;
  }
  watch(video, reader, state, found, failed);
  return close;
};
