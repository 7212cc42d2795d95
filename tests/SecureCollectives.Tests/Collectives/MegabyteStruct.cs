using System.Runtime.InteropServices;

namespace SecureCollectives.Tests.Collectives;

/// <summary>An element of a mebibyte.</summary>
[StructLayout(LayoutKind.Sequential, Size = 1 << 20)]
internal readonly struct MegabyteStruct;
