using SecureCollectives.Framing;

namespace SecureCollectives.Transport.Tests.Directions.Model;

/// <summary>A frame that has to be applied exactly once, by what it is.</summary>
internal readonly record struct ModelStep(FrameKind Kind, int Operation, uint Position);
