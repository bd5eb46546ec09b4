#!/bin/sh
# Write what nginx.conf includes, and become nginx.
#
#   REPLICAS="host:port host:port ..."   the replicas; a name must keep its address
#   DRAIN="host:port ..."                those of them that take no new visitors (default: none)
#   LISTEN="8080"                        port, or address:port (default: 8080)
#   UPLOAD_MB="300"                      the larger of CNN_UPLOAD_MB and CNN_MODEL_MB (default: 300)
#   TRUSTED="10.0.0.0/8"                 a load balancer in front of this proxy, whose word about
#                                        the visitor's address is believed (default: none)
#   LOG="/dev/stdout"                    where events are written, as JSON lines (default: events.log)
#
# proxy.sh DIRECTORY [write | check]: everything is written below DIRECTORY. `write` stops there,
# for a reload (nginx -p DIRECTORY -c DIRECTORY/nginx.conf -s reload); `check` lets nginx read it.
set -eu

directory=$1
task=${2:-run}
here=$(cd "$(dirname "$0")" && pwd)
: "${REPLICAS:?name the replicas: REPLICAS='host:port host:port'}"
drain=" ${DRAIN:-} "
listen=${LISTEN:-8080}
upload_mb=${UPLOAD_MB:-300}

for word in $REPLICAS ${DRAIN:-} "$listen" "$upload_mb" ${TRUSTED:-} ${LOG:-}; do
    case $word in
        *[!A-Za-z0-9.:/_-]*) echo "\"$word\" is no address, port or number." >&2; exit 1 ;;
    esac
done

mkdir -p "$directory/cache"
directory=$(cd "$directory" && pwd)
[ "$here" = "$directory" ] || cp "$here/nginx.conf" "$directory/nginx.conf"

# A replica that did not answer is left alone for ten seconds; its visitors go to the others.
rest="max_fails=1 fail_timeout=10s"
{
    echo "upstream any {"
    echo "    zone any 64k;"
    echo "    least_conn;"
    for replica in $REPLICAS; do
        case $drain in *" $replica "*) state=" down" ;; *) state="" ;; esac
        echo "    server $replica $rest$state;"
    done
    echo "}"
    number=0
    for replica in $REPLICAS; do
        number=$((number + 1))
        echo "upstream replica_$number {"
        echo "    zone replica_$number 64k;"
        echo "    server $replica $rest;"
        for other in $REPLICAS; do
            [ "$other" = "$replica" ] || echo "    server $other $rest backup;"
        done
        echo "}"
    done
    echo 'map $cookie_cnn_replica $pool {'
    echo "    default any;"
    number=0
    for replica in $REPLICAS; do
        number=$((number + 1))
        echo "    $number replica_$number;"
    done
    echo "}"
    # Who answered last, by the address that nginx knows it by; "a, b" if a did not answer.
    echo 'map $upstream_addr $place {'
    echo '    default "";'
    number=0
    for replica in $REPLICAS; do
        number=$((number + 1))
        host=${replica%:*}
        case $host in
            *[!0-9.]*) address=$(getent ahostsv4 "$host" | awk 'NR == 1 { print $1 }') ;;
            *) address=$host ;;
        esac
        [ -n "$address" ] || { echo "There is no address of $host." >&2; exit 1; }
        pattern=$(echo "$address:${replica##*:}" | sed 's/\./\\./g')
        echo "    \"~(^|[ ,])$pattern\$\" \"cnn_replica=$number; Path=/; HttpOnly; SameSite=Lax\";"
    done
    echo "}"
} > "$directory/replicas.conf"

# An upload comes with a few lines around it.
{
    echo "listen $listen;"
    echo "client_max_body_size $((upload_mb + 1))m;"
} > "$directory/listen.conf"
{
    echo "access_log ${LOG:-events.log} events if=\$noted;"
    [ -z "${TRUSTED:-}" ] || echo "real_ip_header X-Forwarded-For;"
    for network in ${TRUSTED:-}; do
        echo "set_real_ip_from $network;"
    done
} > "$directory/here.conf"

# Nothing is written outside of the directory, not even nginx's first words.
set -- nginx -p "$directory" -c "$directory/nginx.conf" -e stderr
case $task in
    write) ;;
    check) exec "$@" -t -q ;;
    run) exec "$@" -g "daemon off;" ;;
    *) echo "proxy.sh DIRECTORY [write | check]" >&2; exit 1 ;;
esac
