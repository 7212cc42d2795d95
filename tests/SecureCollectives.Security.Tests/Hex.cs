using System.Text.Json;

namespace SecureCollectives.Security.Tests;

/// <summary>Reads the hexadecimal fields of vector files.</summary>
internal static class Hex
{
    public static byte[] Bytes(this JsonElement element, string property) => Convert.FromHexString(element.Text(property));

    public static string Text(this JsonElement element, string property) => element.GetProperty(property).GetString()!;

    public static int Number(this JsonElement element, string property) => element.GetProperty(property).GetInt32();

    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);
}
