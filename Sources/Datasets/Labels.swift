/// What is known of the images of a batch, in their order: nothing, one class each, or a set of classes each.
///
/// Classes are counted from 0. An image's set may be empty: nothing of what has a name is to be seen in it.
public enum Labels: Hashable, Sendable {
  /// Nothing is known.
  case none
  /// One class for each image.
  case classes([Int])
  /// A set of classes for each image, in any order.
  case sets([[Int]])
}
