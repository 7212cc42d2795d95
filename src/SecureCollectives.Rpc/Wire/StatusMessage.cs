using System.Buffers;
using System.Text;

namespace SecureCollectives.Rpc.Wire;

/// <summary>
/// The percent-encoding of <c>grpc-message</c>: UTF-8, where a byte stands for itself if it is 0x20 to 0x7E except '%',
/// and as '%' with two upper-case hexadecimal digits otherwise.
/// </summary>
internal static class StatusMessage
{
    /// <summary>
    /// Longer messages are cut. At worst each character becomes nine, which stays below the 16 KiB of headers that
    /// both our sides accept.
    /// </summary>
    public const int MaxLength = 1500;

    private const string HexDigits = "0123456789ABCDEF";

    private static readonly SearchValues<char> Unencoded = SearchValues.Create(
        [.. Enumerable.Range(' ', '~' - ' ' + 1).Select(value => (char)value).Where(character => character != '%')]);

    public static string Encode(string message)
    {
        if (message.Length > MaxLength)
        {
            int end = char.IsHighSurrogate(message[MaxLength - 1]) ? MaxLength - 1 : MaxLength;
            message = message[..end];
        }

        if (!message.AsSpan().ContainsAnyExcept(Unencoded))
        {
            return message;
        }

        var encoded = new StringBuilder(message.Length * 2);
        foreach (byte value in Encoding.UTF8.GetBytes(message))
        {
            if (value is >= 0x20 and <= 0x7E and not (byte)'%')
            {
                encoded.Append((char)value);
            }
            else
            {
                encoded.Append('%').Append(HexDigits[value >> 4]).Append(HexDigits[value & 0xF]);
            }
        }

        return encoded.ToString();
    }

    /// <summary>Never fails, as the specification demands: what is no valid escape stays as it is, bad UTF-8 becomes U+FFFD.</summary>
    public static string Decode(string encoded)
    {
        if (!encoded.Contains('%'))
        {
            return encoded;
        }

        byte[] bytes = new byte[Encoding.UTF8.GetMaxByteCount(encoded.Length)];
        int length = 0;
        for (int index = 0; index < encoded.Length; index++)
        {
            if (encoded[index] == '%'
                && index + 2 < encoded.Length
                && char.IsAsciiHexDigit(encoded[index + 1])
                && char.IsAsciiHexDigit(encoded[index + 2]))
            {
                bytes[length++] = Convert.FromHexString(encoded.AsSpan(index + 1, 2))[0];
                index += 2;
            }
            else
            {
                length += Encoding.UTF8.GetBytes(encoded.AsSpan(index, 1), bytes.AsSpan(length));
            }
        }

        return Encoding.UTF8.GetString(bytes.AsSpan(0, length));
    }
}
