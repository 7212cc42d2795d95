using System.Linq.Expressions;
using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace SecureCollectives.Transport.Tests.Directions.Model;

/// <summary>
/// Computes a number that represents the state of an object and everything it holds: numbers, states and frames in transit, in any field.
/// Transfers that a cursor has looked up, and copies of payloads, can be derived from positions and are left out.
/// </summary>
internal static class Fingerprint
{
    private const ulong Start = 14695981039346656037;

    private static readonly ConditionalWeakTable<Type, Func<object, ulong, ulong>> Readers = [];

    public static ulong Of(object state) => Add(state, Start);

    public static ulong Of(object state, ulong[] others) => Add(others, Of(state));

    public static ulong OfBytes(ReadOnlySpan<byte> bytes)
    {
        var hash = Start;
        foreach (var each in bytes)
        {
            hash = Mix(hash, each);
        }

        return hash;
    }

    private static ulong Mix(ulong hash, ulong value) =>
        BitOperations.RotateLeft((hash ^ value) * 0x9E3779B97F4A7C15, 29) * 0xBF58476D1CE4E5B9;

    private static ulong Add(object? state, ulong hash)
    {
        switch (state)
        {
            case null:
                return Mix(hash, 0);
            case ModelFrame frame:
                return Mix(hash, frame.Fingerprint);
            case ulong[] numbers:
                foreach (var number in numbers)
                {
                    hash = Mix(hash, number);
                }

                return hash;
            case object?[] parts:
                hash = Mix(hash, (ulong)parts.Length);
                foreach (var part in parts)
                {
                    hash = Add(part, hash);
                }

                return hash;
            default:
                return Readers.GetValue(state.GetType(), ReaderOf)(state, hash);
        }
    }

    private static Func<object, ulong, ulong> ReaderOf(Type type)
    {
        var state = Expression.Parameter(typeof(object));
        var hash = Expression.Parameter(typeof(ulong));
        Expression result = hash;
        foreach (var field in StateFields.Of(type).Where(field => StateFields.IsState(field.FieldType)))
        {
            var value = Expression.Field(Expression.Convert(state, type), field);
            result = field.FieldType.IsValueType
                ? Expression.Call(Method(nameof(Mix)), result, NumberOf(value))
                : Expression.Call(Method(nameof(Add)), value, result);
        }

        return Expression.Lambda<Func<object, ulong, ulong>>(result, state, hash).Compile();
    }

    private static Expression NumberOf(Expression value) => value.Type == typeof(bool)
        ? Expression.Condition(value, Expression.Constant(1UL), Expression.Constant(0UL))
        : Expression.Convert(value, typeof(ulong));

    private static MethodInfo Method(string name) => typeof(Fingerprint).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!;
}
