using System.Diagnostics.CodeAnalysis;

namespace SecureCollectives.Rpc.Wire;

/// <summary>
/// Values of <c>-bin</c> metadata: base64 of the standard alphabet. The gRPC specification asks senders to leave the
/// padding away and receivers to accept both forms.
/// </summary>
internal static class BinaryMetadata
{
    public static string Encode(ReadOnlySpan<byte> value) => Convert.ToBase64String(value).TrimEnd('=');

    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? value)
    {
        value = null;
        text = text.Trim(' ').TrimEnd('=');
        if (text.Length % 4 == 1)
        {
            return false;
        }

        string padded = text.ToString().PadRight((text.Length + 3) / 4 * 4, '=');
        byte[] bytes = new byte[padded.Length / 4 * 3];
        if (!Convert.TryFromBase64String(padded, bytes, out int written))
        {
            return false;
        }

        value = bytes[..written];
        return true;
    }
}
