using SecureCollectives.Framing;

namespace SecureCollectives.Transport.Tests.Directions.Model;

/// <summary>Identifies a frame that must be applied exactly once.</summary>
internal readonly record struct ModelStep(FrameKind Kind, int Operation, uint Position);
