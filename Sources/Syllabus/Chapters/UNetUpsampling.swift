extension Chapter {
  static let uNetUpsampling = Chapter(
    3, module: "UNetUpsampling", title: "U-Net upsampling", text: "03-unet-upsampling.md",
    exercises: [])
}
