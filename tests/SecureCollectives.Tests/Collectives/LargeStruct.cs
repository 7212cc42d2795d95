using System.Runtime.InteropServices;

namespace SecureCollectives.Tests.Collectives;

/// <summary>An element of 32 KiB.</summary>
[StructLayout(LayoutKind.Sequential, Size = 1 << 15)]
internal readonly struct LargeStruct;
