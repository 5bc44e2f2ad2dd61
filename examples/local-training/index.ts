import "@cairn/sdk";
