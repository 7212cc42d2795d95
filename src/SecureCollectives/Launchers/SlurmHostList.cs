namespace SecureCollectives.Launchers;

/// <summary>
/// Reads Slurm's lists of hosts, such as "node[01-03,7],gpu1": https://slurm.schedmd.com/scontrol.html, "show hostnames".
/// </summary>
internal static class SlurmHostList
{
    /// <summary>Returns the first host of a list. From each pair of brackets, it takes the first number with its leading zeros.</summary>
    /// <returns>Null if the list is empty or malformed.</returns>
    public static string? First(string? list)
    {
        var host = new System.Text.StringBuilder();
        var rest = list.AsSpan();
        while (!rest.IsEmpty && rest[0] != ',')
        {
            if (rest[0] != '[')
            {
                host.Append(rest[0]);
                rest = rest[1..];
                continue;
            }

            var end = rest.IndexOf(']');
            var first = rest[1..Math.Max(1, end)];
            first = first[..(first.IndexOfAny(',', '-') is var cut && cut < 0 ? first.Length : cut)];
            if (first.IsEmpty || first.ContainsAnyExceptInRange('0', '9'))
            {
                return null;
            }

            host.Append(first);
            rest = rest[(end + 1)..];
        }

        return host.Length > 0 && !host.ToString().Contains(']') ? host.ToString() : null;
    }
}
